// Small things that Gradio has no listener for: work shown on the results, the filter drawer of narrow
// screens, and photos pasted or dropped anywhere on the page.
(() => {
  if (window.visearch) return;
  const results = () => document.getElementById('results');
  let timer = 0;

  const working = (on) => {
    clearTimeout(timer);
    const show = () => results()?.setAttribute('aria-busy', String(on));
    // Quick answers come without a flicker.
    if (on) timer = setTimeout(show, 120);
    else show();
  };

  // On a narrow screen the answer is below the fold, and after "more like this" it may be far above.
  const reveal = () => {
    const top = document.getElementById('summary')?.getBoundingClientRect().top ?? 0;
    if (top < 0 || top > innerHeight * 0.7) {
      const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
      scrollBy({ top: top - 12, behavior: calm ? 'auto' : 'smooth' });
    }
  };

  const toggleFilters = () => {
    const open = document.getElementById('filters').toggleAttribute('data-open');
    document.getElementById('filters-toggle').setAttribute('aria-expanded', String(open));
  };

  const dropping = (on) => document.getElementById('photo')?.toggleAttribute('data-dropping', on);

  const firstPicture = (items) => [...(items || [])].find((file) => file.type.startsWith('image/'));

  const give = (file) => {
    document.querySelector('#photo button[aria-label="Clear"], #photo button[aria-label="Remove Image"]')?.click();
    const put = (left) => {
      const input = document.querySelector('#photo input[type=file]');
      if (!input) return left > 0 && requestAnimationFrame(() => put(left - 1));
      const transfer = new DataTransfer();
      transfer.items.add(file);
      input.files = transfer.files;
      input.dispatchEvent(new Event('change', { bubbles: true }));
    };
    put(60);
  };

  document.addEventListener('paste', (event) => {
    const file = firstPicture(event.clipboardData?.files);
    if (file) { event.preventDefault(); give(file); }
  });
  document.addEventListener('dragover', (event) => {
    if ([...(event.dataTransfer?.types || [])].includes('Files')) {
      event.preventDefault();
      dropping(true);
    }
  });
  document.addEventListener('dragleave', (event) => {
    if (!event.relatedTarget) dropping(false);
  });
  document.addEventListener('drop', (event) => {
    dropping(false);
    if (event.defaultPrevented || event.target.closest?.('#photo')) return;
    const file = firstPicture(event.dataTransfer?.files);
    if (file) { event.preventDefault(); give(file); }
  });

  window.visearch = { working, reveal, toggleFilters };
})();
