from tests.support.people import Everyone
from bot.runtime.bot import Bot
from tests.support.recorder import Recorder


async def test_x(people: Everyone, bot: Bot, recorder: Recorder, clock) -> None:
    p = people

    def show(g):
        print(
            "----",
            g.text
            if g.text
            else (
                g.form.title,
                g.form.intro,
                [(f.name, f.label, f.value, [o.label for o in f.options]) for f in g.form.fields],
                dict(g.form.errors),
            ),
        )

    g = await p.ana.types("mission")
    show(g)
    g = await g.fill(
        who="Small schools that teach in the evening",
        how="By phone, in their words",
        offer="A timetable that fits",
    )
    show(g)
    g = await p.ana.types('goal from "Win more schools"')
    show(g)
    g = await g.press("Go on")
    show(g)
    g = await g.fill(start="0", target="10 clients", due_on="2026-06-30")
    show(g)
    g = await g.press("Go on")
    show(g)
    g = await g.fill(
        line="who",
        attainable="Two came by themselves",
        relevant="Rent",
        step="If they call back, then I send the offer",
    )
    show(g)
    await bot.tick()
    for m, s in recorder.standing.items():
        print(m, s.key, s.text, s.post.picture and s.post.picture.alt, "\n")
    g = await p.ben.types("the school called")
    show(g)
    g = await g.press("What does it serve?")
    show(g)
    g = await g.fill(goals="1", line="who")
    show(g)
    clock.forward(days=14)
    await bot.tick()
    g = await p.mei.types("goal check")
    show(g)
    g = await g.fill(progress="٢", fit="no")
    show(g)
    await bot.tick()
    for m, s in recorder.standing.items():
        print(m, s.key, s.text, s.post.picture and s.post.picture.alt, "\n")
    g = await p.ana.types("goal close")
    show(g)
    g = await g.press("Close")
    show(g)
    g = await g.fill(outcome="partly", taught="Schools want calls")
    show(g)
    g = await g.press("It became a breakthrough")
    show(g)
    g = await g.fill(text="Call, don't write")
    show(g)
    await bot.tick()
    for m, s in recorder.standing.items():
        print(m, s.key, s.text, "\n")
    assert 0
