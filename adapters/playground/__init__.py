"""The third platform: a chat in the browser on loopback, so that the whole bot can be met without an account.

The same core, its own adapter: `chat` stands for the chat company (it keeps channels, people, messages and an
adjustable clock), `adapter` is ours, `server` and `page/` are what people see. The composer builds it so:

    refused = settings.refusal(os.environ)              # a sentence, or None: never beside real tokens
    chat = Chat.open(Path("demo-chat.json"))            # None for memory only; `begins=` for a new one in the past
    playground = Playground(chat)                       # fits bot.adapter.Adapter
    clock = playground.clock                            # -> aware UTC; the core's clock
    app.add_routes(playground.routes()); await playground.start(bot); ...; await playground.stop()
    disk.erase(Path("demo-chat.json"))                  # for --fresh, before Chat.open

What a person does, as the page does it over HTTP and a story in Python. Each takes `event=` (a unique text; left
out, a new one) and gives back `Shown(what: Reply | Form | None, id, message)`: what that person privately got, the
id of that private card or form, and the id of the message written. `Refused` is a sentence about what cannot be.

    await playground.type(person, channel, text, thread="")     # "/aha …" is a command, all else a message
    await playground.press(person, card, button)                # card: id of a message or private reply;
                                                                # button: the encoded command, or its label
    await playground.submit(person, form, values)               # form: Shown.id; twice is once
    await playground.shortcut(person, label, message)
    await playground.react(person, message, emoji); await playground.unreact(person, message, emoji)
    await playground.edit_message(person, message, text); await playground.delete_message(person, message)
    await playground.invite(person, channel); await playground.remove(person, channel)
    await playground.change_channel(person, channel, name="", private=None)
    playground.add_channel(person, name, members=None); playground.add_person(name, zone)
    await playground.jump(to)                                   # aware; forward only; what is due appears
"""
