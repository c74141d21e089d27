// The address bar: every state without a private photo in it is a readable link; back and forward move between states.
export class History {
  constructor(space) {
    this.space = space;
  }

  // The state of this entry, photo included, after a reload or a step back.
  kept() {
    return history.state?.visearch;
  }

  record(reply, before, push) {
    const { address, entry, another } = this.step(reply, before, push);
    if (another) history.pushState(entry, '', address);
    else history.replaceState(entry, '', address);
    document.title = reply.title;
    this.tell(address);
  }

  // A room is a step of its own; the search state goes along, for the way back.
  enter(name, state, catalog) {
    const address = this.query(`?room=${name}`);
    history.pushState({ visearch: state, catalog, depth: (history.state?.room ? history.state.depth || 0 : 0) + 1, room: name }, '', address);
    this.tell(address);
  }

  step(reply, before, push) {
    const address = this.query(reply.link);
    const same = before && sameState(before, reply.state);
    const depth = this.depth(reply.state, before, push && !same);
    return { address, entry: { visearch: reply.state, catalog: reply.catalog, depth }, another: push && before && !same };
  }

  tell(address) {
    // In a Space the page stands in a frame: the address that people see is the frame's parent's.
    if (this.space && parent !== window) {
      parent.postMessage({ queryString: address.replace(/^[^?]*\??/, ''), hash: '' }, 'https://huggingface.co');
    }
  }

  // How many steps back the panel was opened: closing it goes there, so that "back" never opens it again.
  depth(state, before, pushing) {
    if (!pushing) return history.state?.depth || 0;
    if (!state.product) return 0;
    return before?.product ? (history.state?.depth ? history.state.depth + 1 : 0) : 1;
  }

  back() {
    const depth = history.state?.depth || 0;
    if (depth) history.go(-depth);
    return depth > 0;
  }

  // Gradio's own parameters (`__theme` and the like) and the language stay where they are.
  query(link) {
    const params = new URLSearchParams(location.search);
    const kept = [...params].filter(([name]) => name.startsWith('__') || name === 'lang');
    const own = kept.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&');
    const query = [link.replace(/^\?/, ''), own].filter(Boolean).join('&');
    return location.pathname + (query ? `?${query}` : '');
  }

  address(link) {
    return (this.space ? `https://huggingface.co/spaces/${this.space}` : location.origin + location.pathname) + link;
  }
}

// What another catalogue can answer too: its products and the values of its filters are others. A question that was
// asked before any catalogue answered was meant for the first that does.
export function fitting(state, asked, answers) {
  if (!asked || asked === answers) return state;
  const { text, photo, share, lang } = state;
  return { text, photo, share, lang };
}

function sameState(one, other) {
  const plain = ({ lang, saved, ...rest }) => JSON.stringify(rest);
  return plain(one) === plain(other);
}
