// Starts the published Slack of the package "emulate" on loopback, as a library, which runs on Node 20:
//   node emulate.mjs PORT SIGNING_SECRET BOT_TOKEN
// Two guards make it honest: a token that it does not know is refused (left alone it takes any for an admin's), and
// arguments in the query count (slack_sdk sends them there). One repair: its events of reactions do not say whose message
// it is; the real one's do. /_test/ is ours: who hears of events, and what there is.
import { createEmulator } from "emulate";
import { readFile, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const [port, secret, botToken] = process.argv.slice(2);
const { plugin, storeOf } = await insides();
const register = plugin.register;

plugin.register = function (app, store, webhooks, ...rest) {
  const fetch = app.fetch;
  app.fetch = async (request) => fetch(await withQueryInBody(request));
  app.use("*", async (context, next) => {
    const { pathname } = new URL(context.req.url);
    if (!pathname.startsWith("/api/") || pathname === "/api/oauth.v2.access") return next();
    const token = (context.req.header("Authorization") ?? "").replace(/^Bearer\s*/i, "").trim();
    if (!token) return context.json({ ok: false, error: "not_authed" });
    if (!storeOf(store).tokens.findOneBy("token", token)) return context.json({ ok: false, error: "invalid_auth" });
    return next();
  });
  const dispatch = webhooks.dispatch.bind(webhooks);
  webhooks.dispatch = (name, action, payload, ...more) => {
    const event = payload?.event;
    if (event?.item) event.item_user ??= authorOf(storeOf(store), event.item);
    return dispatch(name, action, payload, ...more);
  };
  app.post("/_test/hear", async (context) => {
    const { url } = await context.req.json();
    return context.json(webhooks.register({ url, events: ["*"], active: true, owner: "slack" }));
  });
  app.get("/_test/all", (context) => {
    const tables = Object.entries(storeOf(store)).filter(([, table]) => typeof table?.all === "function");
    return context.json(Object.fromEntries(tables.map(([name, table]) => [name, table.all()])));
  });
  return register.call(this, app, store, webhooks, ...rest);
};

/** The package exports its servers, not the plugin that we put the guards into: find the file that does. */
async function insides() {
  const folder = dirname(fileURLToPath(import.meta.resolve("emulate")));
  for (const name of await readdir(folder)) {
    if (!name.endsWith(".js")) continue;
    if (!/export\s*\{[^}]*\bslackPlugin\b/.test(await readFile(join(folder, name), "utf8"))) continue;
    const found = await import(pathToFileURL(join(folder, name)).href);
    return { plugin: found.slackPlugin, storeOf: found.getSlackStore };
  }
  throw new Error("emulate has no Slack in it: is it exactly the version of package.json?");
}

function authorOf({ messages }, { channel, ts }) {
  return messages.all().find((message) => message.ts === ts && message.channel_id === channel)?.user;
}

async function withQueryInBody(request) {
  const url = new URL(request.url);
  if (!url.pathname.startsWith("/api/") || (request.method === "POST" && !url.search)) return request;
  const headers = new Headers(request.headers);
  const given = request.method === "POST" ? await request.text() : "";
  let body = [url.search.slice(1), given].filter(Boolean).join("&");
  if (given && headers.get("content-type")?.includes("json")) {
    body = JSON.stringify({ ...Object.fromEntries(url.searchParams), ...JSON.parse(given) });
  } else {
    headers.set("content-type", "application/x-www-form-urlencoded");
  }
  headers.delete("content-length");
  url.search = "";
  return new Request(url, { method: "POST", headers, body });
}

const scopes = [
  "commands", "chat:write", "im:write", "reactions:read", "reactions:write", "users:read", "files:write",
  "channels:read", "groups:read", "channels:history", "groups:history", "im:history", "im:read",
];
const app = { app_id: "A0AHABOT", bot_id: "B0AHABOT", bot_user_id: "U0AHABOT" };
const address = `http://127.0.0.1:${port}`;
const slack = await createEmulator({
  service: "slack",
  port: Number(port),
  hostname: "127.0.0.1",
  baseUrl: address,
  seed: {
    slack: {
      signing_secret: secret,
      strict_scopes: true,
      team: { name: "Lantern", domain: "lantern" },
      users: ["ana", "ben"].map((name) => ({
        name, real_name: name[0].toUpperCase() + name.slice(1), email: `${name}@lantern.example`,
      })),
      channels: [{ name: "team-lantern" }],
      oauth_apps: [{
        ...app, client_id: "111.222", client_secret: "a-client-secret", name: "Ahabot", bot_name: "ahabot",
        redirect_uris: [`${address}/slack/oauth_redirect`], scopes, user_scopes: [],
      }],
      tokens: [
        { token: botToken, type: "bot", user: "U0AHABOT", ...app, scopes },
        { token: "xoxp-ana", type: "user", user: "ana" },
        { token: "xoxp-ben", type: "user", user: "ben" },
      ],
    },
  },
});
console.log(`ready ${slack.url}`);
process.on("SIGTERM", () => slack.close().finally(() => process.exit(0)));
