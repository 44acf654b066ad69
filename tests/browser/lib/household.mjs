// A house that is lived in, as the API tells of it: rooms, turns of every kind, deeds, metrics. The same at every run.

import { HEALTHY } from './fake.mjs';

const ROOMS = [
  { id: 'living_room', name: 'Living room' }, { id: 'kitchen', name: 'Kitchen' }, { id: 'bedroom', name: 'Bedroom' }, { id: 'office', name: 'Office' },
];
const PARTS = {
  ...HEALTHY,
  llm: { engine: 'ollama', model: 'qwen2.5:7b', health: { state: 'degraded', reason: 'the network’s model answers slowly: see that 192.168.1.20 is awake' }, queue_depth: 0, dropped: 0, restarts: 0 },
  home: { engine: 'home_assistant', model: '2025.4', health: { state: 'ready' }, queue_depth: 0, dropped: 0, restarts: 0 },
};

function stages(times) {
  return Object.entries(times).map(([stage, duration_ms]) => ({ stage, duration_ms }));
}

const text = (description) => ({ type: 'string', default: '', description });
const BACKUP = {
  name: 'backup', title: 'Backups', values: { at: '', folder: '' }, kept: [], set_here: [], configured: false, testable: false, health: null,
  schema: { type: 'object', description: 'Of everything.', properties: { folder: text('Where they are kept.'), at: text('When: "03:30".') } },
};

/** A spoken turn; `more` goes into the record, `middle` stands between what was heard and what was said. */
function spoken(i, now, { heard, said, middle, think, ...more }) {
  const [speech, silence, stt, voice] = [1400 + (i * 137) % 900, 320, 60 + (i * 53) % 180, 120 + (i * 31) % 90];
  const end = speech + silence;
  const text = end + stt;
  const first = text + think;
  return {
    turn_id: 100 - i, session: 's-1', endpoint: 'satellite-kitchen-box', room: 'kitchen', language: 'en', started_unix_ms: now - i * 1000 * 60 * 7,
    trigger: 'wake_word', outcome: 'answered', tier: 'local', intent: null,
    stages: stages({
      speech, endpointing: silence, stt_wait: stt, stt_compute: stt + 90, first_text: think, reply: think + 40, first_audio: voice,
      voice_to_voice: silence + stt + think + voice, playback: 2100,
    }),
    events: [
      { at_ms: 0, event: 'started', trigger: 'wake_word' }, { at_ms: 40, event: 'speech_started' },
      { at_ms: end, event: 'end_of_speech', reason: 'silence' }, { at_ms: text, event: 'transcript', text: heard, language: 'en' },
      ...middle(text, first), { at_ms: first, event: 'reply_started' }, { at_ms: first + 40, event: 'reply_finished', text: said },
      { at_ms: first + voice, event: 'playback_started' }, { at_ms: first + voice + 2100, event: 'playback_finished' },
    ],
    ...more,
  };
}

const light = (i, now, kept) => spoken(i, now, {
  heard: kept ? 'turn on the light over the table' : null, said: kept ? 'The light is on.' : null, think: 24, intent: 'HassTurnOn',
  middle: (at, first) => [
    { at_ms: at + 2, event: 'intent_matched', name: 'HassTurnOn' }, { at_ms: at + 2, event: 'tool_called', name: 'HassTurnOn' },
    { at_ms: first, event: 'tool_finished', name: 'HassTurnOn', ok: true, duration_ms: 21 },
  ],
});
const question = (i, now, tier) => spoken(i, now, {
  heard: 'who painted the ceiling of the Sistine Chapel', said: 'Michelangelo painted it, between 1508 and 1512.', think: 640 + (i * 97) % 400,
  tier, room: 'living_room', endpoint: 'page-7f53f1eb4cd0', trigger: 'push_to_talk',
  middle: (at) => [{ at_ms: at + 4, event: 'tier_chosen', tier, model: 'qwen2.5:7b', reason: 'a question of knowledge; the local model is small' }],
});
const broken = (i, now) => ({
  ...light(i, now, true), outcome: 'failed', room: 'bedroom',
  events: [
    { at_ms: 0, event: 'started', trigger: 'text' }, { at_ms: 0, event: 'transcript', text: 'open the blinds', language: 'en' },
    { at_ms: 3, event: 'intent_matched', name: 'HassOpenCover' }, { at_ms: 3, event: 'tool_called', name: 'HassOpenCover' },
    { at_ms: 160, event: 'tool_finished', name: 'HassOpenCover', ok: false, duration_ms: 157 },
    { at_ms: 160, event: 'failed', code: 'home-refused', detail: 'the home did not open cover.bedroom: it is unavailable' },
  ],
  stages: stages({ first_text: 160, reply: 161 }), trigger: 'text', intent: 'HassOpenCover',
});

/** `{ path: answer }` for `startFake().api`. `kept`: whether what was said is kept. */
export function household({ now = Date.now(), kept = true } = {}) {
  const turns = Array.from({ length: 40 }, (_, i) => {
    if (i % 13 === 6) {
      return broken(i, now);
    }
    return i % 3 === 1 && kept ? question(i, now, i % 2 ? 'network' : 'cloud') : light(i, now, kept);
  });
  const session = (room, endpoint, state, connected = true) => ({ session: `${endpoint}-s`, endpoint, room, state, connected, dropped_frames: 0 });
  const bounds = [0.1, 0.25, 0.5, 1, 2, 5, '+Inf'];
  const histogram = (stage, counts) => bounds.map((le, i) => `rosie_stage_seconds_bucket{stage="${stage}",le="${le}"} ${counts[i]}`).join('\n');
  return {
    '/api/v1/status': {
      version: '0.1.0', uptime_s: 90000, started_unix_ms: now - 90000000, rooms: ROOMS, engines: PARTS, cpu_percent: 14.2, memory_bytes: 412000000,
      temperature_celsius: 51.4, disk_free_bytes: 21500000000,
      languages: ['en', 'de'], turns_total: 1204,
      sessions: [
        session('kitchen', 'satellite-kitchen-box', 'listening'), session('living_room', 'page-7f53f1eb4cd0', 'idle'),
        session('living_room', 'kiosk-show-5', 'speaking'), session('bedroom', 'page-aa53f1eb4cd0', 'idle', false),
      ],
    },
    '/api/v1/health': { status: 'ok', parts: PARTS },
    '/api/v1/turns': { turns },
    '/api/v1/deeds': {
      deeds: turns.filter(({ intent }) => intent).map((turn) => ({
        unix_ms: turn.started_unix_ms + 2000, action: turn.intent === 'HassTurnOn' ? 'light.turn_on' : 'cover.open_cover',
        targets: [turn.intent === 'HassTurnOn' ? 'light.table' : 'cover.bedroom'], data: {}, cause: turn.intent, room: turn.room, endpoint: turn.endpoint,
        user: null, turn_id: turn.turn_id, failed: turn.outcome === 'failed' ? 'home-refused' : null,
      })),
    },
    '/metrics': [
      histogram('voice_to_voice', [0, 0, 310, 900, 1180, 1200, 1204]), histogram('stt_wait', [700, 1204, 1204, 1204, 1204, 1204, 1204]),
      'process_cpu_seconds_total 31.4', 'process_resident_memory_bytes 412000000', '',
    ].join('\n'),
    '/api/v1/certificate': { source: 'authority', port: 8443, fingerprint: Array(32).fill('AB').join(':'), ends_unix_ms: now + 9e9, problem: null },
    '/api/v1/network': { managed: false, name: 'rosie', link: 'none', wifi: false, ssid: '', address: null, strength: null, country: '', problem: null, seen: [] },
    '/api/v1/plugins': { plugins: [] },
    '/api/v1/integrations': { integrations: [BACKUP, { ...BACKUP, name: 'weather', title: 'Weather', testable: true }] },
    '/api/v1/backups': { running: null, backups: [], at: '', keep: 7, folder: '/data/backups', has_passphrase: true, same_disk: false, problem: null },
  };
}
