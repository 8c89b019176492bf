"""The third platform: a chat in the browser on loopback, so that the whole bot can be met without an account.

The same core, its own adapter: `chat` stands for the chat company (it keeps channels, people, messages and an
adjustable clock), `adapter` is ours, `server` and `page/` are what people see. The composer builds it so:

    refused = settings.refusal(os.environ)              # a sentence, or None: never beside real tokens
    disk.erase(path)                                    # for --fresh; path is such as demo-chat.json
    playground = Playground.open(path)                  # fits bot.adapter.Adapter; `begins=` (aware): where a
                                                        # new chat's time starts
    clock = playground.clock                            # -> aware UTC; the core's clock
    app.add_routes(playground.routes()); await playground.start(bot); ...; await playground.stop()

What a person does, as the page does it over HTTP (`doings`) and a story in Python. Each takes `event=` (a
unique text; left out, a new one). Those that may bring an answer give back `Shown(what: Reply | Form | None,
id, json, message)`: what that person privately got, the id of that private card or form, and the id of the
message they wrote. `Refused` is a sentence about what cannot be.

    people, chat = playground.people, playground.chat
    await people.type(person, channel, text, thread="")     # "/aha …" is a command, all else a message
    await people.press(person, card, button)                # card: a message or Shown.id of a reply;
                                                            # button: its label, or its encoded command
    await people.submit(person, form, values)               # form: Shown.id; twice is once
    await people.shortcut(person, label, message)
    await people.react(person, message, emoji); await people.unreact(person, message, emoji)
    await people.edit_message(person, message, text); await people.delete_message(person, message)
    await people.invite(person, channel); await people.remove(person, channel)
    await people.change_channel(person, channel, name="", private=None)
    chat.add_channel(person, name, members=None); chat.add_person(name, zone); chat.take_notes(person, on)
    await playground.jump(to)                               # aware; forward only; what is due appears
"""
