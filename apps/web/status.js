'use strict';
const at = id => document.getElementById(id);
const PERIOD_MS = 1000, KEPT = 60;
const samples = [];
let before = null, updates = 0;

const whole = number => number.toLocaleString('en').replaceAll(',', '\u202f');

function bytes(number) {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let unit = 0;
  while (number >= 1000 && unit < units.length - 1) { number /= 1000; unit++; }
  const digits = unit === 0 || number >= 100 ? 0 : number >= 10 ? 1 : 2;
  return number.toFixed(digits) + '\u202f' + units[unit];
}

function span(milliseconds) {
  const seconds = Math.floor(milliseconds / 1000);
  const units = [[86400, 'd'], [3600, 'h'], [60, 'min'], [1, 's']];
  const first = Math.max(0, units.findIndex(([size]) => seconds >= size || size === 1));
  return units.slice(first, first + 2).map(([size, name], i) =>
    Math.floor((i ? seconds % units[first][0] : seconds) / size) + '\u202f' + name).join(' ');
}

const trip = microseconds => microseconds === 0 ? '' : microseconds < 1000
  ? microseconds + '\u202fµs' : (microseconds / 1000).toFixed(microseconds < 10000 ? 1 : 0) + '\u202fms';

function make(tag, text, name) {
  const element = document.createElement(tag);
  if (text !== undefined) element.textContent = text;
  if (name) element.className = name;
  return element;
}

function cell(text, label) {
  const element = make('td', text, label ? 'number' : '');
  if (label) element.dataset.label = label;
  return element;
}

function row(cells, name) {
  const element = make('tr', undefined, name);
  element.append(...cells);
  return element;
}

const pairs = entries => entries.flatMap(([name, value]) => [make('dt', name), make('dd', value)]);

function showSockets(stats) {
  const listening = stats.listeners.map(socket => row([cell('LISTEN'), cell(''), cell(socket.local),
    cell(socket.waiting + ' of ' + socket.backlog, 'Waiting'), cell(''), cell(''), cell('')], 'quiet'));
  const connected = stats.connections.slice(0, 60).map(socket => row([
    cell(socket.state), cell(socket.remote), cell(socket.local),
    cell(bytes(socket.receive_queue), 'Receive queue'), cell(bytes(socket.send_queue), 'Send queue'),
    cell(trip(socket.round_trip_us), 'Round trip'), cell(whole(socket.retransmits), 'Resent')]));
  const datagram = stats.udp_sockets.map(socket => row([cell('UDP'),
    cell(socket.remote === '*:0' ? '' : socket.remote), cell(socket.local),
    cell(whole(socket.receive_queue), 'Receive queue'), cell(whole(socket.send_queue), 'Send queue'),
    cell(''), cell('')], 'quiet'));
  at('sockets').replaceChildren(...listening, ...datagram, ...connected);
  at('states').textContent = Object.entries(stats.connections_by_state)
    .map(([state, count]) => whole(count) + ' ' + state).join(', ');
}

function bound(name, values, format) {
  const element = make('div', undefined, 'bound');
  const line = make('p', name);
  line.append(make('span', format(values.in_use) + ' of ' + format(values.limit) +
    ', at most ' + format(values.high_water)));
  const bar = make('div', undefined, 'bar');
  const fill = make('i'), mark = make('b');
  fill.style.width = 100 * values.in_use / Math.max(1, values.limit) + '%';
  mark.style.left = 100 * values.high_water / Math.max(1, values.limit) + '%';
  bar.append(fill, mark);
  element.append(line, bar);
  if (values.refused > 0) element.append(make('p', whole(values.refused) + ' refused', 'warn'));
  return element;
}

function showMemory(memory) {
  at('memory-total').textContent = bytes(memory.total_bytes);
  at('memory').replaceChildren(
    bound('Buffers', memory.buffer_bytes, bytes),
    bound('Connections', memory.connections, whole),
    bound('Handshakes', memory.half_open, whole),
    bound('TIME-WAIT', memory.time_wait, whole),
    bound('UDP sockets', memory.udp_sockets, whole),
    bound('Neighbors', memory.neighbors, whole),
    bound('Held frames', memory.held_frames, whole),
    bound('Descriptors', memory.descriptors, whole));
}

function showCounters(stats) {
  const wire = stats.interface, tcp = stats.tcp;
  at('no-drops').hidden = stats.drops.length > 0;
  at('drops').replaceChildren(...stats.drops.map(drop => {
    const reason = make('td', drop.meaning + ' ');
    reason.append(make('small', drop.reason));
    return row([reason, make('td', whole(drop.count), 'number')]);
  }));
  at('interface').replaceChildren(...pairs([
    ['Address', wire.address], ...(wire.gateway ? [['Gateway', wire.gateway]] : []),
    ['Hardware address', wire.hardware_address], ['MTU', whole(wire.mtu)],
    ['Received', whole(wire.frames_received) + ' frames, ' + bytes(wire.bytes_received)],
    ['Sent', whole(wire.frames_sent) + ' frames, ' + bytes(wire.bytes_sent)],
    ['Waited for the device', whole(wire.device_full)]]));
  at('tcp').replaceChildren(...pairs([
    ['Segments received', whole(tcp.segments_received)], ['Segments sent', whole(tcp.segments_sent)],
    ['Sent again', whole(tcp.segments_retransmitted)], ['Fast retransmits', whole(tcp.fast_retransmits)],
    ['Timeouts', whole(tcp.retransmission_timeouts)], ['Window probes', whole(tcp.zero_window_probes)],
    ['Opened by peers', whole(tcp.passive_opens)], ['Opened by us', whole(tcp.active_opens)],
    ['Resets received', whole(tcp.resets_received)], ['Resets sent', whole(tcp.resets_sent)],
    ['Challenge ACKs', whole(tcp.challenge_acks)],
    ['Cookies sent, accepted', `${whole(tcp.cookies_sent)}, ${whole(tcp.cookies_accepted)}`]]));
  at('neighbors').replaceChildren(...stats.neighbors.map(neighbor => row([
    make('td', neighbor.address), make('td', neighbor.hardware_address), make('td', neighbor.state, 'number')])));
}

function draw(path, key, top) {
  const step = 600 / (KEPT - 1), from = KEPT - samples.length;
  at(path).setAttribute('d', samples.map((sample, i) =>
    (i ? 'L' : 'M') + ((from + i) * step).toFixed(1) + ' ' + (86 - 80 * sample[key] / top).toFixed(1)).join(''));
}

function showRates(stats) {
  if (before && stats.uptime_ms > before.uptime_ms) {
    const seconds = (stats.uptime_ms - before.uptime_ms) / 1000;
    const sample = {
      sent: (stats.interface.bytes_sent - before.interface.bytes_sent) / seconds,
      received: (stats.interface.bytes_received - before.interface.bytes_received) / seconds,
    };
    samples.push(sample);
    if (samples.length > KEPT) samples.shift();
    const top = Math.max(1000, ...samples.map(sample => Math.max(sample.sent, sample.received)));
    at('rate-sent').textContent = bytes(sample.sent);
    at('rate-received').textContent = bytes(sample.received);
    at('chart-top').textContent = 'up to ' + bytes(top) + '/s';
    draw('chart-sent', 'sent', top);
    draw('chart-received', 'received', top);
  }
  before = stats;
}

function show(stats) {
  at('address').textContent = stats.interface.address;
  document.title = 'stint ' + stats.interface.address;
  at('version').textContent = stats.version;
  at('uptime').textContent = span(stats.uptime_ms);
  at('connections').textContent = whole(stats.memory.connections.in_use);
  at('requests').textContent = whole(stats.http.requests);
  at('drops-total').textContent = whole(stats.drops_total);
  showRates(stats);
  showSockets(stats);
  showMemory(stats.memory);
  showCounters(stats);
  document.documentElement.dataset.updates = ++updates;
}

function tell(state, text) {
  at('state').dataset.state = state;
  at('state-text').textContent = text;
}

async function refresh() {
  try {
    const answer = await fetch('/api/stats', {cache: 'no-store'});
    show(await answer.json());
    tell('live', 'live');
  } catch {
    tell('lost', 'the device does not answer');
  }
  setTimeout(refresh, PERIOD_MS);
}

for (const host of document.querySelectorAll('.host')) host.textContent = location.host;
refresh();
