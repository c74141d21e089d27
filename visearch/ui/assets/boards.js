// The room Boards: its parts' own doings.
import { Marks } from './boards_marks.js';
import { Mood, remembered } from './boards_mood.js';
import { Parts } from './parts.js';

// What the browser kept of the board goes along when the room is opened, unless a link brings a board.
export function brings() {
  return remembered();
}

export function open(root, call, tools) {
  const room = new Boards(root, call, tools);
  return () => room.close();
}

class Boards extends Parts {
  entered(part) {
    this.mood ??= new Mood(this);
    this.marks ??= new Marks(this);
    if (part === 'mood') this.mood.entered();
  }

  answered(detail) {
    super.answered(detail);
    if (this.part() === 'mood') this.mood?.answered(detail);
    this.marks?.answered(detail);
  }

  // Photos that were chosen, dropped or pasted join those that are there.
  ask(what, more) {
    return what === 'board_make' ? this.mood.add(more.photos) : super.ask(what, more);
  }

  // A table of campaigns: read here and sent as text.
  table() {
    const input = document.createElement('input');
    input.type = 'file';
    input.accept = '.csv,text/csv';
    input.addEventListener('change', async () => this.call('camp_load', { csv: await input.files[0].text() }));
    input.click();
  }

  clicked(event) {
    if (event.target.closest('[data-table]')) {
      this.table();
      return;
    }
    if (this.mood?.clicked(event)) {
      event.preventDefault();
      event.stopPropagation();
    } else super.clicked(event);
  }

  close() {
    this.mood?.close();
    this.marks?.close();
    super.close();
  }
}
