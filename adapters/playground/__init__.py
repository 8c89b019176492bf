"""The third platform: a chat in the browser on loopback, to try the whole bot without an account.

It has the same core and its own adapter. `chat/` is the chat company: it stores channels,
people, messages and an adjustable clock. `adapter` is Ahabot's side, `connection/` and `page/`
are what people see. It is built like this:

    # a sentence, or None: never beside real tokens
    reason = settings.find_refusal(os.environ)
    disk.erase_chat(path)                     # for --fresh; path is such as demo-chat.json
    playground = Playground.open_file(path)   # implements bot.core.adapter.Adapter;
                                              # `begins=` (aware): start time of a new chat
    clock = playground.current_time           # -> aware UTC; the core's clock
    app.add_routes(playground.routes())
    await playground.start(bot); ...; await playground.stop()

People's interactions, over HTTP from the page (`connection/routes`) or in Python from a story.
Each takes `event=` (a unique text, by default a new one). Those that may be answered return
`Shown(what: Reply | Form | None, id, json, message)`: the private answer, the id and JSON of
that private card or form, and the id of the message that the person wrote. `ChatError` is a
sentence that says why an interaction is impossible.

    people, chat = playground.people, playground.chat
    # "/aha …" is a command, everything else a message
    await people.type_line(person, channel, text, thread="")
    # card: a message or Shown.id of a reply; button: its label or its encoded command
    await people.press_button(person, card, button)
    # form: Shown.id; submitting it twice counts once
    await people.submit_form(person, form, values)
    await people.use_shortcut(person, label, message)
    await people.add_reaction(person, message, emoji)
    await people.remove_reaction(person, message, emoji)
    await people.edit_message(person, message, text)
    await people.delete_message(person, message)
    await people.invite_bot(person, channel); await people.remove_bot(person, channel)
    await people.change_channel(person, channel, name="", private=None)
    chat.add_channel(person, name, members=None); chat.add_person(name, zone)
    chat.allow_notes(person, on)
    await playground.jump_to(to)              # aware; forward only; due posts appear
"""
