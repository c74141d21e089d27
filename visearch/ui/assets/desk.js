// The room Desk: its parts' own doings.
import { Parts } from './parts.js';

export function open(root, call, tools) {
  const room = new Desk(root, call, tools);
  return () => room.close();
}

class Desk extends Parts {}
