// Pages come finished from the server and work without this script. It keeps them current: one stream of events for all tabs says that
// something is new, the page is fetched again, and only differences are changed in place. No key and no timer ever changes state.
{
const $ = (query, at = document) => at.querySelector(query), root = document.documentElement, silence = 20000;
const position = () => +($('#fresh')?.dataset.position ?? 0);
let beat = Date.now(), lost = 0, out = false, news = 0, loaded = Date.now(), made = $('#fresh time')?.textContent ?? '';

// --- The stream. Heartbeats are comments, which EventSource hides, and events have names that it would have to know: so it is read here.
const tabs = new BroadcastChannel('orchestrator');
const tell = message => { tabs.postMessage(message); hear(message); };
let newest = position(), leads = false;
async function follow(stop) {
  for (let wait = 1000; !stop.aborted && !out;) {
    const cut = new AbortController(), end = () => cut.abort();
    stop.addEventListener('abort', end);
    let timer = setTimeout(end, silence);
    try {
      const answer = await fetch('/api/v1/stream?after=' + newest, { signal: cut.signal });
      if (answer.status === 401) tell({ is: 'out' });
      if (!answer.ok) throw answer.status;
      leads = true;
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      for (let rest = '', part; !(part = await reader.read()).done;) {
        clearTimeout(timer); timer = setTimeout(end, silence);
        const lines = (rest + part.value).split('\n');
        rest = lines.pop();
        for (const line of lines) {
          if (line.startsWith('id: ')) newest = Math.max(newest, +line.slice(4)); else if (line.startsWith('retry: ')) wait = +line.slice(7);
        }
        tell({ is: 'beat', at: newest });
      }
    } catch { /* Lost: said below, and tried again. */ }
    clearTimeout(timer); stop.removeEventListener('abort', end); leads = false;
    if (!stop.aborted) { tell({ is: 'lost' }); await new Promise(done => setTimeout(done, wait)); }
  }
}
function hear({ is, at }) {
  if (is === 'ask') { if (leads) tabs.postMessage({ is: 'beat', at: newest }); return; }
  if (is === 'out') out = true;
  else if (is === 'lost') lost ||= Date.now();
  else {
    beat = Date.now(); newest = Math.max(newest, at);
    if (lost || at > position()) { lost = 0; news ||= beat; refresh(); }
  }
  tick();
}
if ($('#fresh')) {
  tabs.onmessage = e => hear(e.data);
  tabs.postMessage({ is: 'ask' });
  if (navigator.locks) navigator.locks.request('orchestrator-stream', () => follow(new AbortController().signal));
  else {
    // Browsers open six connections to a host, and without locks tabs cannot share one: those out of sight close theirs.
    let own;
    const see = () => { own?.abort(); if (!document.hidden) follow((own = new AbortController()).signal); };
    document.addEventListener('visibilitychange', see); see();
  }
  setInterval(tick, 1000);
}

// --- The page again: at most four times a second, and not while its tab is out of sight.
let timer = 0, last = 0, busy = false;
function refresh() { timer ||= setTimeout(fetchPage, Math.max(0, last + 250 - Date.now())); }
async function fetchPage() {
  timer = 0;
  if (document.hidden) return;
  if (busy) { refresh(); return; }
  busy = true; last = Date.now();
  const began = last, url = location.href, cut = new AbortController(), limit = setTimeout(() => cut.abort(), silence);
  try {
    const answer = await fetch(url, { signal: cut.signal, headers: { Accept: 'text/html', 'X-Live': '1' } });
    if (answer.redirected && new URL(answer.url).pathname !== location.pathname) out = true;
    else if (answer.ok && url === location.href) show(await answer.text());
    if (answer.ok) news = news > began ? news : 0;
  } catch { /* The stream says that the connection is lost; the next heartbeat tries again. */ }
  clearTimeout(limit); busy = false; tick();
}
document.addEventListener('visibilitychange', () => { if (!document.hidden) refresh(); });
// A form that was refused keeps its errors and what was typed: around it the page goes on.
function show(html, checked) {
  const page = new DOMParser().parseFromString(html, 'text/html'), active = document.activeElement, whole = $('.top', page);
  if (!$('main', page)) return;
  $('main').toggleAttribute('data-keep', !checked && !!$('main [data-hold]'));
  if (whole) { made = $('#fresh time', page)?.textContent ?? made; document.title = page.title; loaded = Date.now(); }
  morph(whole ? document.body : $('main'), whole ? page.body : $('main', page));
  if (active !== document.activeElement && active.isConnected) active.focus({ preventScroll: true });
}
const data = node => node.dataset ?? {}, key = node => node.id || data(node).key || data(node).livePart || '';
const same = (a, b) => a.nodeType === b.nodeType && a.nodeName === b.nodeName && key(a) === key(b);
const skip = node => { while (node && 'own' in data(node)) node = node.nextSibling; return node; };
function morph(from, to) {
  if (from.nodeType !== 1) { if (from.data !== to.data) from.data = to.data; return; }
  if ('keep' in data(from) || from.id === 'spoken') return;
  const edited = from.nodeName === 'TEXTAREA' && from.value !== from.defaultValue;
  for (const { name, value } of to.attributes) {
    if (from.getAttribute(name) === value || name === 'open' || (name === 'value' && from === document.activeElement) || (name === 'rows' && edited)) continue;
    if (name === 'data-say') speak(value);
    from.setAttribute(name, value);
  }
  for (const { name } of [...from.attributes]) if (!to.hasAttribute(name) && name !== 'open' && !(name === 'rows' && edited)) from.removeAttribute(name);
  if (from.id === 'fresh' || edited) return;
  const known = new Map([...from.children].filter(key).map(child => [key(child), child]));
  if ('news' in data(from)) hold(from, to, known);
  const after = [...to.childNodes];
  let a = skip(from.firstChild);
  while (after.length) {
    const b = after.shift(), found = key(b) && known.get(key(b));
    if (found && found !== a && same(found, b)) { from.insertBefore(found, a); morph(found, b); continue; }
    while (a && !same(a, b) && !after.some(one => same(a, one))) { const gone = a; a = skip(a.nextSibling); drop(gone); }
    if (a && same(a, b)) { morph(a, b); a = skip(a.nextSibling); }
    else { if (b.nodeType === 1 && b.matches('.strip')) speak(b.textContent.trim()); from.insertBefore(b, a); }
  }
  while (a) { const gone = a; a = skip(a.nextSibling); drop(gone); }
}
// Half-written text stays, also where the new page has no place for it: its verb is not possible now, and may be in a minute.
const fields = 'textarea, input:not([type=hidden], [type=checkbox], [type=radio], [type=range])';
function drop(node) {
  const written = node.nodeType === 1 && [node, ...node.querySelectorAll(fields)].some(one => one.matches(fields) && one.value !== one.defaultValue);
  if (!written) node.remove();
}
// New rows above a reader who has scrolled wait behind a button.
function hold(from, to, known) {
  const list = from.closest('table') ?? from, fresh = [];
  for (const child of to.children) { if (known.has(key(child))) break; fresh.push(child); }
  let button = list.previousElementSibling?.matches('.news') ? list.previousElementSibling : null;
  if (!fresh.length || !known.size || list.getBoundingClientRect().top >= 0) { button?.remove(); return; }
  fresh.forEach(child => child.remove());
  if (!button) {
    list.before(button = Object.assign(document.createElement('button'), { type: 'button', className: 'btn news' }));
    button.dataset.own = '';
    button.onclick = () => { list.scrollIntoView(); refresh(); };
  }
  button.textContent = `${fresh.length} new ${fresh.length === 1 ? 'event' : 'events'}, show`;
}
// Changes of status, verdict and incident are spoken: one sentence in five seconds.
let queue = [], quiet = 0;
function speak(text) { if (text) queue.push(text); quiet ||= setTimeout(say, 50); }
function say() {
  quiet = 0;
  if (!queue.length || !$('#spoken')) return;
  $('#spoken').textContent = queue[0] + (queue.length > 1 ? `, and ${queue.length - 1} more` : '');
  queue = []; quiet = setTimeout(say, 5000);
}

// --- Ages.
function tick() {
  const el = $('#fresh'), now = Date.now(), age = Math.round((now - news) / 1000);
  if (!el) return;
  if (now - beat > silence) lost ||= beat;
  root.classList.toggle('is-lost-page', !!lost || out);
  el.classList.toggle('is-lost', !!lost || out); el.classList.toggle('is-old', news > 0 && age >= 5);
  const text = out ? ['', 'You are signed out.', ' Load the page again to sign in. It is from ' + made + '.']
    : lost ? ['', `Lost the connection ${Math.round((now - lost) / 1000)} s ago`, `, trying again. What you see is from ${made}.`]
    : news && age ? ['Live, ', age + ' s old', ''] : ['Live, ', 'now', ` · position ${position().toLocaleString('en')}`];
  if (el.textContent !== text.join('')) { const b = document.createElement('b'); b.textContent = text[1]; el.replaceChildren(text[0], b, text[2]); }
  const there = Date.parse(el.dataset.now) + (now - loaded) * (+el.dataset.speed || 1);
  if (Number.isNaN(there)) return;
  // Ages in a view of the past are those of its moment.
  for (const part of document.querySelectorAll('[data-ago]')) if (!part.closest('.past-frame')) {
    const gone = (there - Date.parse(part.dataset.ago)) / 1000, s = Math.floor(Math.abs(gone)), span = s < 60 ? s + ' s' : Math.floor(s / 60) + ' min';
    part.parentNode.hidden = s >= 3600;
    const said = s < 1 ? 'now' : gone > 0 ? span + ' ago' : 'in ' + span;
    if (part.textContent !== said) part.textContent = said;
  }
}

// --- Charts: the cross hair reads the table below them. Charts in one [data-together] share it.
function cross(figure, place, all) {
  for (const one of figure.closest('[data-together]')?.querySelectorAll('[data-chart]') ?? [figure]) {
    const line = $('.cross', one), off = row => Math.abs(parseFloat(row.dataset.x) - place);
    const row = [...one.querySelectorAll('tr[data-x]')].reduce((a, b) => (a && off(a) <= off(b) ? a : b), null);
    if (!line || !row) continue;
    line.classList.toggle('is-on', place !== null);
    line.setAttribute('x1', row.dataset.x); line.setAttribute('x2', row.dataset.x);
    if (all || one === figure || place === null) {
      $('.reads', one).textContent = place === null ? '' : row.cells[0].textContent.trim() + ': ' + [...row.cells].slice(1)
        .map(cell => cell.dataset.label === 'samples' ? `${cell.textContent} samples` : `${cell.dataset.label} ${cell.textContent}`).join(', ');
    }
  }
}
document.addEventListener('pointermove', e => {
  const figure = e.target.closest?.('.plot')?.closest('[data-chart]'), axis = figure && $('.axis', figure)?.getBoundingClientRect();
  if (axis) cross(figure, (e.clientX - axis.left) / axis.width * 100, true);
});

// --- Keys lead to pages and move cross hairs. Single keys can be switched off.
const pages = { o: '/', r: '/#rollouts', i: '/incidents', p: '/plans' };
let g = 0;
document.addEventListener('keydown', e => {
  if (e.ctrlKey || e.metaKey || e.altKey) return;
  const figure = e.target.closest('.plot')?.closest('[data-chart]');
  if (figure) {
    const rows = [...figure.querySelectorAll('tr[data-x]')], on = $('.cross.is-on', figure);
    const i = on ? rows.findIndex(row => row.dataset.x === on.getAttribute('x1')) : rows.length;
    const to = { ArrowLeft: i - 1, ArrowRight: i + 1, PageUp: i - 10, PageDown: i + 10, Home: 0, End: rows.length - 1 }[e.key];
    if (to !== undefined && rows.length) { e.preventDefault(); cross(figure, parseFloat(rows[Math.min(Math.max(to, 0), rows.length - 1)].dataset.x)); return; }
    if (e.key === 'Escape') cross(figure, null);
  }
  const range = e.target.closest('[data-slider]'), jump = { PageUp: 10, PageDown: -10 }[e.key];
  if (range && jump) { e.preventDefault(); range.value = +range.value + jump; range.dispatchEvent(new Event('input', { bubbles: true })); }
  if (root.dataset.keys === 'off' || e.target.closest('input, textarea, select, [contenteditable]')) return;
  const go = Date.now() - g < 1500 && pages[e.key];
  g = e.key === 'g' ? Date.now() : 0;
  if (go) location.assign(go);
  else if (e.key === 'r') { const link = $('main a[href*="/rollback"]'); if (link) location.assign(link.href); }
  else if (e.key === '/' && $('[type=search]')) { e.preventDefault(); $('[type=search]').focus(); }
  else if (e.key === '?') location.assign('/preferences#keys');
});

// --- Time slider and editor: forms that answer at once.
let check = 0;
document.addEventListener('input', e => {
  const { target } = e, form = target.form;
  if (target.matches('[data-slider]')) { history.replaceState(null, '', '?' + new URLSearchParams(new FormData(form))); refresh(); }
  if (!target.matches('textarea[data-check]')) return;
  const count = target.value.split('\n').length, gutter = $('pre', target.parentNode);
  target.rows = count; if (gutter) gutter.dataset.keep = '', gutter.textContent = Array.from({ length: count }, (_, i) => i + 1).join('\n');
  clearTimeout(check);
  check = setTimeout(async () => {
    const asked = target.value, body = new URLSearchParams(new FormData(form, $('button[data-check]', form)));
    const answer = await fetch(form.action || location.href, { method: 'POST', body, headers: { 'X-Live': '1' } }).catch(() => null);
    if (answer?.ok && asked === target.value) show(await answer.text(), true);
  }, 300);
});

// The zone of this browser, once; the preferences change it.
if (!/(^|; )orchestrator-zone=/.test(document.cookie)) {
  document.cookie = `orchestrator-zone=${Intl.DateTimeFormat().resolvedOptions().timeZone};path=/;max-age=31536000;samesite=strict${location.protocol === 'https:' ? ';secure' : ''}`;
  refresh();
}
}
