// The room Boards: its parts' own doings.
import { Parts } from './parts.js';

export function open(root, call, tools) {
  const room = new Boards(root, call, tools);
  return () => room.close();
}

class Boards extends Parts {}
