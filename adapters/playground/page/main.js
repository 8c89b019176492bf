// The page: it listens as one person, keeps the address and the parts of the page in step, and knows the keys.

import { Announcer } from "./announcer.js";
import { drawBar, peopleItems } from "./bar.js";
import { Composer } from "./composer.js";
import { Doings } from "./doings.js";
import { el } from "./dom.js";
import { Feed } from "./feed.js";
import { Line } from "./line.js";
import { openMenu } from "./menu.js";
import { hush, notice } from "./notice.js";
import { drawRoom, drawStory, unwritten } from "./room.js";
import { drawSide } from "./side.js";
import { address, Tab } from "./tab.js";
import { World } from "./world.js";
import { _, language, speak } from "./words.js";

const $ = (id) => document.getElementById(id);
const QUARTER_MINUTE = 15_000;
const STORY_PAUSE = 300;

/** Where a keyboard would not spring up over what one came to read. */
const canHover = matchMedia("(hover: hover)");

const world = new World();
const tab = new Tab();
const line = new Line(hear, away);
const said = el("div", { class: "notice", role: "status" });
const say = (sentence, action) => (sentence ? notice(said, sentence, action) : hush(said));
const announcer = new Announcer($("announcer"));
const doings = new Doings({ world, tab, line, announcer, go, say, redraw });

const feed = new Feed($("feed"), doings, announcer);
const replies = new Feed($("replies"), doings, announcer);
const composer = new Composer($("foot"), {
  id: "composer",
  say: (text) => doings.type(text, ""),
  log: doings.log,
  up: () => feed.goToEnd(),
});
const answer = new Composer($("thread-foot"), {
  id: "answer",
  say: (text) => doings.type(text, tab.thread),
  up: () => replies.goToEnd(),
});

let pointed = "";
let shownThread = "";
let drawing = false;

function hear(news) {
  world.learn(news);
  if (news.world?.words) labelPage(news.world);
  if (news.world) tab.read(world);
  if (news.world && !news.world.words && spokenBy(world.you) !== language()) line.listen(world.you);
  redraw();
}

const playground = () => _("Ahabot playground");

/** The language that somebody chose. */
const spokenBy = (person) => world.people.get(person).language || "en";

/** Speak the person's language, also where the words stand in the page itself. */
function labelPage({ language: code, words }) {
  speak(code, words);
  const label = (id, text) => $(id).setAttribute("aria-label", text);
  $("skip").textContent = _("Skip to the message box");
  $("brand").textContent = _("playground");
  label("open-channels", _("Channels and people"));
  label("side", _("Channels and people"));
  label("room-menu", _("More for this channel"));
  label("feed", _("Messages"));
  label("thread", _("Thread"));
  $("thread-name").textContent = _("Thread");
  label("close-thread", _("Close the thread"));
  label("replies", _("Replies"));
}

function away(gone) {
  $("away").hidden = !gone;
  $("away").textContent = gone ? _("The playground is not answering. What you typed stays here, and I keep trying.") : "";
}

function go(place) {
  const there = address(place);
  if (location.hash === there) arrive();
  else location.hash = there;
}

function arrive() {
  if (!world.there) return;
  pointed = "";
  tab.answer = "";
  if (document.body.classList.contains("in-side") && $("side").contains(document.activeElement)) $("feed").focus();
  showSide(false);
  if (tab.wanted() !== world.you) return line.listen(tab.person);
  tab.read(world);
  redraw();
}

/** Draw everything that changed, once for all the news of this moment; while a story is written, a few times a second. */
function redraw() {
  if (!world.there || drawing) return;
  drawing = true;
  const now = () => {
    drawing = false;
    draw();
  };
  if (world.story) setTimeout(now, STORY_PAUSE);
  else queueMicrotask(now);
}

function draw() {
  drawBar($("time"), $("you"), { world, tab });
  drawSide($("side"), { world, tab, doings, unread: (channel) => tab.unread(world, channel) });
  const empty = drawRoom({ name: $("room-name"), about: $("room-about") }, world.channels.get(tab.channel), {
    doings,
  });
  drawStory({ box: $("story"), words: $("story-words"), bar: $("story-progress") }, world, tab);
  feed.show(world, tab.person, tab.channel, "", world.story ? unwritten() : empty);
  drawThread();
  const { direct } = world.channels.get(tab.channel);
  const asked = direct ? _("Write to Ahabot") : _("Write, or type /aha");
  composer.at(`${tab.person} ${tab.channel}`, asked, offered());
  if (!$("foot").contains(said)) $("foot").prepend(said);
  if (tab.message && tab.message !== pointed)
    (tab.thread && tab.message !== tab.thread ? replies : feed).point(tab.message);
  pointed = tab.message;
  if (tab.answer && !document.querySelector("dialog[open]") && (replies.meet(tab.answer) || feed.meet(tab.answer)))
    tab.answer = "";
  tab.saw(world);
  document.title = `${$("room-name").textContent} · ${playground()}`;
}

/** The sources of hints: the commands, and the names of people and of the bot. */
function offered() {
  const people = [...world.people.values()].filter(({ id }) => id !== tab.person);
  return { commands: world.commands, bot: "Ahabot", people: people.map(({ name }) => name) };
}

function drawThread() {
  const root = world.messages.get(tab.thread);
  const opens = $("thread").hidden && root;
  const inside = $("thread").contains(document.activeElement) || document.activeElement === document.body;
  const closes = !root && !$("thread").hidden && inside && shownThread;
  $("thread").hidden = !root;
  document.body.classList.toggle("in-thread", Boolean(root));
  if (closes) leaveThread(closes);
  if (!root) return;
  $("thread-about").textContent = $("room-name").textContent;
  replies.show(world, tab.person, tab.channel, tab.thread, { lines: [] });
  answer.at(`${tab.person} ${tab.channel} ${tab.thread}`, _("Reply in this thread"), offered());
  shownThread = tab.thread;
  if (opens && !tab.message) (canHover.matches ? answer.box : $("replies")).focus();
}

/** Back from a thread to the message that it belongs to. */
function leaveThread(root) {
  const message = $("feed").querySelector(`#m${CSS.escape(root)}`);
  (message?.querySelector('[data-act="thread"], [data-act="reply"]') ?? message ?? composer.box).focus();
}

function showSide(open) {
  document.body.classList.toggle("in-side", open);
  $("open-channels").setAttribute("aria-expanded", open);
  if (open) $("side").querySelector("[aria-current]").focus();
}

const closeThread = () => go({ channel: tab.channel });
const choosePerson = () =>
  openMenu(
    $("you"),
    peopleItems(world, tab, {
      be: doings.be,
      add: () => doings.add("person"),
      notes: doings.notes,
      choose: doings.choose,
    }),
  );

function key(event) {
  const writing = event.target.closest?.("input, textarea, select");
  const digit = event.altKey && !event.ctrlKey && /^Digit([1-9])$/.exec(event.code)?.[1];
  if (digit && world.people.size >= digit) {
    event.preventDefault();
    doings.be([...world.people.keys()][digit - 1]);
  } else if (event.key === "/" && !writing && !document.querySelector("dialog[open]")) {
    event.preventDefault();
    composer.box.focus();
  } else if (event.key === "Escape" && document.body.classList.contains("in-side")) {
    showSide(false);
    $("open-channels").focus();
  } else if (event.key === "Escape" && tab.thread && !document.querySelector("dialog[open], :popover-open")) {
    closeThread();
  }
}

$("skip").addEventListener("click", (event) => {
  event.preventDefault();
  composer.box.focus();
});
$("open-channels").addEventListener("click", () => showSide(!document.body.classList.contains("in-side")));
$("room").addEventListener("click", () => showSide(false));
$("time").addEventListener("click", () => doings.time($("time")).catch(({ message }) => say(message)));
$("you").addEventListener("click", choosePerson);
$("room-menu").addEventListener("click", () => doings.room($("room-menu")));
$("close-thread").addEventListener("click", closeThread);
addEventListener("hashchange", arrive);
addEventListener("keydown", key);
setInterval(redraw, QUARTER_MINUTE);

line.listen(tab.wanted());
