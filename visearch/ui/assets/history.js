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
    const address = this.query(reply.link);
    const same = before && sameState(before, reply.state);
    const depth = this.depth(reply.state, before, push && !same);
    const entry = { visearch: reply.state, depth };
    if (push && before && !same) history.pushState(entry, '', address);
    else history.replaceState(entry, '', address);
    document.title = reply.title;
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

function sameState(one, other) {
  const plain = ({ lang, saved, ...rest }) => JSON.stringify(rest);
  return plain(one) === plain(other);
}
