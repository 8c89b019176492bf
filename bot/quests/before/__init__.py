"""Before we knew: experiments under way, how they ended, and what people expected of them."""
