// The light or dark look, before anything is drawn: what was chosen here, else what the system prefers.
// Not a module, because a module runs only after the first paint.

document.documentElement.dataset.theme = localStorage.getItem("theme") ?? "";
