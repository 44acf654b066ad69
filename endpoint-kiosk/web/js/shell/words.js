// What all pages have in common to say: the names of the pages, and what is said while something is not there.

/** The pages in their order, in groups: the page's address and its name in `WORDS[…].pages`. */
export const GROUPS = [
  ['rosie', ['./', 'dashboard', 'turns', 'memory']],
  ['house', ['welcome', 'settings', 'models', 'integrations', 'calendar', 'quiet', 'plugins', 'people']],
  ['machine', ['network', 'certificate', 'backups', 'update', 'logs', 'docs', 'signin']],
];

const EN = {
  menu: 'Menu',
  close: 'Close the menu',
  label: 'All pages',
  groups: { rosie: 'Rosie', house: 'House', machine: 'Machine' },
  pages: {
    './': 'Talk', dashboard: 'Overview', turns: 'Activity', memory: 'Memory', welcome: 'Set up', settings: 'Settings', models: 'Models', integrations: 'Connections',
    calendar: 'Calendar', quiet: 'Quiet times', plugins: 'Plugins', people: 'People', network: 'Network', certificate: 'Secure address', backups: 'Backups',
    update: 'Updates', logs: 'Log', docs: 'API', signin: 'Sign in',
  },
  loading: 'Looking…',
  again: 'Try again',
  silent: 'Rosie does not answer',
  silentMore: 'See that she is on and in this network.',
  lost: (time) => `Rosie does not answer. This is how it was at ${time}; it is asked again by itself.`,
  signIn: 'Sign in',
  signInMore: 'Only the people of the house may see this.',
};

const DE = {
  menu: 'Menü',
  close: 'Menü schließen',
  label: 'Alle Seiten',
  groups: { rosie: 'Rosie', house: 'Haus', machine: 'Gerät' },
  pages: {
    './': 'Sprechen', dashboard: 'Überblick', turns: 'Verlauf', memory: 'Gedächtnis', welcome: 'Einrichten', settings: 'Einstellungen', models: 'Modelle', integrations: 'Verbindungen',
    calendar: 'Kalender', quiet: 'Ruhezeiten', plugins: 'Plugins', people: 'Personen', network: 'Netzwerk', certificate: 'Sichere Adresse',
    backups: 'Sicherungen', update: 'Aktualisierung', logs: 'Protokoll', docs: 'API', signin: 'Anmelden',
  },
  loading: 'Einen Moment…',
  again: 'Noch einmal',
  silent: 'Rosie antwortet nicht',
  silentMore: 'Sieh nach, ob sie an und in diesem Netzwerk ist.',
  lost: (time) => `Rosie antwortet nicht. So war es um ${time}; es wird von selbst wieder gefragt.`,
  signIn: 'Anmelden',
  signInMore: 'Das dürfen nur die Leute des Hauses sehen.',
};

const ES = {
  menu: 'Menú',
  close: 'Cerrar el menú',
  label: 'Todas las páginas',
  groups: { rosie: 'Rosie', house: 'Casa', machine: 'Equipo' },
  pages: {
    './': 'Hablar', dashboard: 'Resumen', turns: 'Actividad', memory: 'Memoria', welcome: 'Preparar', settings: 'Ajustes', models: 'Modelos', integrations: 'Conexiones',
    calendar: 'Calendario', quiet: 'Horas de silencio', plugins: 'Complementos', people: 'Personas', network: 'Red', certificate: 'Dirección segura',
    backups: 'Copias', update: 'Actualización', logs: 'Registro', docs: 'API', signin: 'Iniciar sesión',
  },
  loading: 'Un momento…',
  again: 'Otra vez',
  silent: 'Rosie no responde',
  silentMore: 'Mira si está encendida y en esta red.',
  lost: (time) => `Rosie no responde. Así estaba a las ${time}; se le pregunta de nuevo sola.`,
  signIn: 'Iniciar sesión',
  signInMore: 'Solo la gente de la casa puede verlo.',
};

const FR = {
  menu: 'Menu',
  close: 'Fermer le menu',
  label: 'Toutes les pages',
  groups: { rosie: 'Rosie', house: 'Maison', machine: 'Appareil' },
  pages: {
    './': 'Parler', dashboard: 'Aperçu', turns: 'Activité', memory: 'Mémoire', welcome: 'Premiers pas', settings: 'Réglages', models: 'Modèles', integrations: 'Connexions',
    calendar: 'Calendrier', quiet: 'Heures calmes', plugins: 'Extensions', people: 'Personnes', network: 'Réseau', certificate: 'Adresse sûre',
    backups: 'Sauvegardes', update: 'Mises à jour', logs: 'Journal', docs: 'API', signin: 'Se connecter',
  },
  loading: 'Un instant…',
  again: 'Réessayer',
  silent: 'Rosie ne répond pas',
  silentMore: 'Vérifie qu’elle est allumée et dans ce réseau.',
  lost: (time) => `Rosie ne répond pas. Voici l’état à ${time} ; la question est reposée d’elle-même.`,
  signIn: 'Se connecter',
  signInMore: 'Seules les personnes de la maison peuvent voir cela.',
};

export const WORDS = { en: EN, de: DE, es: ES, fr: FR };
