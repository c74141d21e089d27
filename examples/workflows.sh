#!/usr/bin/env bash
# The workflows' functions over plain HTTP with curl: `bash examples/workflows.sh [PHOTO]` while the app runs.
set -euo pipefail

url=${VISEARCH_URL:-http://127.0.0.1:7860}/gradio_api/call
photo=${1:-data/sample/queries/mug-01-photo.jpg}
headers=(-H "Content-Type: application/json" ${VISEARCH_TOKEN:+-H "Authorization: Bearer $VISEARCH_TOKEN"})

# As in search.sh.
ask() {
  local id
  id=$(curl -fsS "${headers[@]}" -d @- "$url/v2/$1" | sed -E 's/.*"event_id": *"([^"]+)".*/\1/')
  printf '{"%s": %s}\n' "$1" "$(curl -fsSN "${headers[@]}" "$url/$1/$id" | sed -n 's/^data: //p' | tail -n 1)"
}

image="data:image/jpeg;base64,$(base64 <"$photo" | tr -d '\n')"

ask related <<<'{"product_id": "mug-01", "k": 2}'
ask reviews <<<'{"product_id": "mug-01", "language": "en"}'
ask for_you <<<'{"events": [{"kind": "view", "product": "mug-01", "age_days": 0}, {"kind": "search", "text": "vase"}], "k": 3}'
ask offers <<<'{"text": "lamp", "k": 3}'
ask board <<<"{\"images\": [\"$image\"], \"text\": \"green vase\", \"k\": 4, \"pinned\": [\"mug-02\"]}"
# The first call begins to read all pictures for their marks, and says so.
ask marks <<<"{\"image\": \"$image\", \"box\": [60, 60, 320, 320], \"k\": 3}"
ask campaigns <<<'{}'
ask identify <<<"{\"image\": \"$image\", \"k\": 3}"
ask shelf <<<"{\"image\": \"$image\"}"
ask supplier <<<"{\"items\": [{\"id\": \"S-1\", \"title\": \"Green mug\", \"image\": \"$image\"}]}"
