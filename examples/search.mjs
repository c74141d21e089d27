// Searches over HTTP with @gradio/client: `cd examples && npm install && node search.mjs [PHOTO]` while the app runs.
import { readFile } from "node:fs/promises";
import { Client } from "@gradio/client";

const url = process.env.VISEARCH_URL ?? "http://127.0.0.1:7860";
const token = process.env.VISEARCH_TOKEN;
const file = process.argv[2] ?? "../data/sample/queries/mug-01-photo.jpg";

// A private catalogue needs a token.
const app = await Client.connect(url, { headers: token ? { Authorization: `Bearer ${token}` } : {} });

async function ask(name, given = {}) {
  const [answer] = (await app.predict(`/${name}`, given)).data;
  console.log(JSON.stringify({ [name]: answer }));
  return answer;
}

const photo = `data:image/jpeg;base64,${(await readFile(file)).toString("base64")}`;

await ask("catalog");
await ask("search", { text: "striped mug under 20", k: 3 });
const { boxes } = await ask("detect", { image: photo });
const { hits } = await ask("search", { image: photo, box: boxes[0], k: 3, filters: { category: "Kitchen & Dining" } });
await ask("similar", { product_id: hits[0].id, k: 3 });
await ask("product", { product_id: hits[0].id });

// What is wrong with a question is told in a sentence.
try {
  await ask("product", { product_id: "no-such-id" });
} catch (error) {
  console.log(JSON.stringify({ error: error.message }));
}
process.exit();
