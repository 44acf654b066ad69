// What the page of the log says, in the languages that Rosie speaks; nothing here touches the page.

const EN = {
  title: 'Log and help',
  skip: 'To the log',
  place: 'Log',
  help: 'When something is wrong',
  helpMore: 'One file for whom helps: version, health, settings, times and the last lines of the log. Keys and what was said are not in it. '
    + 'Rosie sends it to nobody: you do.',
  make: 'Make the file',
  making: 'Making it…',
  made: (name, bytes) => `${name} is in your downloads (${bytes}).`,
  madeMore: 'It is a text: look into it before you send it.',
  log: 'The last lines of the log',
  level: 'So bad or worse',
  part: 'Part',
  all: 'All',
  levels: { error: 'Error', warn: 'Warning', info: 'Notice', debug: 'Detail', trace: 'Everything' },
  count: (n) => (n === 1 ? '1 line, since Rosie started.' : `${n} lines, the newest first.`),
  none: 'There is no line like that since Rosie started.',
};

const DE = {
  title: 'Protokoll und Hilfe',
  skip: 'Zum Protokoll',
  place: 'Protokoll',
  help: 'Wenn etwas nicht stimmt',
  helpMore: 'Eine Datei für den, der hilft: Version, Befinden, Einstellungen, Zeiten und die letzten Zeilen des Protokolls. Schlüssel und Gesagtes '
    + 'stehen nicht darin. Rosie schickt sie niemandem: Das tust du.',
  make: 'Datei machen',
  making: 'Wird gemacht…',
  made: (name, bytes) => `${name} liegt in deinen Downloads (${bytes}).`,
  madeMore: 'Es ist ein Text: Sieh hinein, bevor du ihn verschickst.',
  log: 'Die letzten Zeilen des Protokolls',
  level: 'So schlimm oder schlimmer',
  part: 'Teil',
  all: 'Alle',
  levels: { error: 'Fehler', warn: 'Warnung', info: 'Hinweis', debug: 'Einzelheit', trace: 'Alles' },
  count: (n) => (n === 1 ? '1 Zeile, seit Rosie läuft.' : `${n} Zeilen, die neueste zuerst.`),
  none: 'So eine Zeile gibt es nicht, seit Rosie läuft.',
};

const ES = {
  title: 'Registro y ayuda',
  skip: 'Al registro',
  place: 'Registro',
  help: 'Cuando algo va mal',
  helpMore: 'Un archivo para quien ayuda: versión, estado, ajustes, tiempos y las últimas líneas del registro. No contiene claves ni lo '
    + 'que se dijo. Rosie no lo envía a nadie: lo haces tú.',
  make: 'Crear el archivo',
  making: 'Creándolo…',
  made: (name, bytes) => `${name} está en tus descargas (${bytes}).`,
  madeMore: 'Es un texto: míralo antes de enviarlo.',
  log: 'Las últimas líneas del registro',
  level: 'Así de grave o más',
  part: 'Parte',
  all: 'Todas',
  levels: { error: 'Error', warn: 'Aviso', info: 'Nota', debug: 'Detalle', trace: 'Todo' },
  count: (n) => (n === 1 ? '1 línea desde que Rosie arrancó.' : `${n} líneas, primero la más nueva.`),
  none: 'No hay ninguna línea así desde que Rosie arrancó.',
};

const FR = {
  title: 'Journal et aide',
  skip: 'Au journal',
  place: 'Journal',
  help: 'Quand quelque chose ne va pas',
  helpMore: "Un fichier pour qui aide : version, état, réglages, temps et dernières lignes du journal. Ni clés ni paroles n'y "
    + "figurent. Rosie ne l'envoie à personne : c'est vous qui le faites.",
  make: 'Créer le fichier',
  making: 'Création…',
  made: (name, bytes) => `${name} est dans vos téléchargements (${bytes}).`,
  madeMore: "C'est un texte : regardez-le avant de l'envoyer.",
  log: 'Les dernières lignes du journal',
  level: 'Aussi grave ou plus',
  part: 'Partie',
  all: 'Toutes',
  levels: { error: 'Erreur', warn: 'Avertissement', info: 'Note', debug: 'Détail', trace: 'Tout' },
  count: (n) => (n === 1 ? '1 ligne depuis le démarrage de Rosie.' : `${n} lignes, la plus récente d'abord.`),
  none: "Il n'y a aucune ligne de ce genre depuis le démarrage de Rosie.",
};

export const WORDS = { en: EN, de: DE, es: ES, fr: FR };
