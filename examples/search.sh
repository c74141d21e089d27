#!/usr/bin/env bash
# Searches over plain HTTP with curl: `bash examples/search.sh [PHOTO]` while the app runs.
set -euo pipefail

url=${VISEARCH_URL:-http://127.0.0.1:7860}/gradio_api/call
photo=${1:-data/sample/queries/mug-01-photo.jpg}
# A private catalogue needs a token.
headers=(-H "Content-Type: application/json" ${VISEARCH_TOKEN:+-H "Authorization: Bearer $VISEARCH_TOKEN"})

# Asks NAME with the arguments on stdin, by name: POST answers with an id; GET streams events, of which the last is
# `event: complete` with `data: [ANSWER]`, or `event: error` with `data: {"error": SENTENCE}`.
ask() {
  local id
  id=$(curl -fsS "${headers[@]}" -d @- "$url/v2/$1" | sed -E 's/.*"event_id": *"([^"]+)".*/\1/')
  printf '{"%s": %s}\n' "$1" "$(curl -fsSN "${headers[@]}" "$url/$1/$id" | sed -n 's/^data: //p' | tail -n 1)"
}

image="data:image/jpeg;base64,$(base64 <"$photo" | tr -d '\n')"

ask catalog <<<'{}'
ask search <<<'{"text": "striped mug under 20", "k": 3}'
ask detect <<<"{\"image\": \"$image\"}"
ask search <<<"{\"image\": \"$image\", \"k\": 3, \"filters\": {\"category\": \"Kitchen & Dining\"}}"
ask similar <<<'{"product_id": "mug-01", "k": 3}'
ask product <<<'{"product_id": "mug-01"}'
# What is wrong with a question is told in a sentence.
ask product <<<'{"product_id": "no-such-id"}'
