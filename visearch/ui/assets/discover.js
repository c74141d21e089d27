// The room Discover: its parts' own doings.
import { Parts } from './parts.js';

export function open(root, call, tools) {
  const room = new Discover(root, call, tools);
  return () => room.close();
}

class Discover extends Parts {}
