// The workflows' functions with @gradio/client: `cd examples && npm install && node workflows.mjs [PHOTO]`.
import { readFile } from "node:fs/promises";
import { Client } from "@gradio/client";

const url = process.env.VISEARCH_URL ?? "http://127.0.0.1:7860";
const token = process.env.VISEARCH_TOKEN;
const file = process.argv[2] ?? "../data/sample/queries/mug-01-photo.jpg";

const app = await Client.connect(url, { headers: token ? { Authorization: `Bearer ${token}` } : {} });

async function ask(name, given = {}) {
  try {
    console.log(JSON.stringify({ [name]: (await app.predict(`/${name}`, given)).data[0] }));
  } catch (error) {
    console.log(JSON.stringify({ [name]: { error: error.message } }));
  }
}

const photo = `data:image/jpeg;base64,${(await readFile(file)).toString("base64")}`;
const events = [{ kind: "view", product: "mug-01", age_days: 0 }, { kind: "search", text: "vase" }];

await ask("related", { product_id: "mug-01", k: 2 });
await ask("reviews", { product_id: "mug-01", language: "en" });
await ask("for_you", { events, k: 3 });
await ask("offers", { text: "lamp", k: 3 });
await ask("board", { images: [photo], text: "green vase", k: 4, pinned: ["mug-02"] });
// The first call begins to read all pictures for their marks, and says so.
await ask("marks", { image: photo, box: [60, 60, 320, 320], k: 3 });
await ask("campaigns");
await ask("identify", { image: photo, k: 3 });
await ask("shelf", { image: photo });
await ask("supplier", { items: [{ id: "S-1", title: "Green mug", image: photo }] });
process.exit();
