// What the page of the network says, in the languages that Rosie speaks; nothing here touches the page.

import { languageAmong } from '../languages.js';

const EN = {
  title: "Rosie's network",
  skip: 'To the network',
  place: 'Network',
  now: 'How Rosie is connected',
  choose: 'Choose your Wi-Fi',
  another: 'Choose another Wi-Fi',
  network: 'Network',
  name: 'Its name, as your router shows it',
  other: 'Another network…',
  country: 'The country Rosie is in',
  pick: 'Please choose…',
  password: 'Password of the network',
  show: 'Show',
  hide: 'Hide',
  join: 'Connect',
  strong: 'strong',
  fair: 'fair',
  weak: 'weak',
  open: 'no password',
  unsupported: 'not possible',
  loading: 'Looking…',
  again: 'Try again',
  silent: 'Rosie does not answer. Is this phone still in her network?',
  elsewhere: 'She was not started from her image, so she does not choose the network: set it where the system has it set.',
  none: 'Rosie is looking for a network…',
  wired: (state) => `By cable. Her address is ${state.address}.`,
  wifi: (state) => `In the Wi-Fi “${state.ssid}”. Her address is ${state.address}.`,
  access_point: (state) => `In no network yet. This is her own, “${state.ssid}”: choose yours below.`,
  radioless: 'There is no Wi-Fi radio that works here.',
  trying: (ssid) => `Rosie tries “${ssid}”…`,
  away: (state) => `Her own network goes away meanwhile. Join your own Wi-Fi again and open http://${state.name}.local – this takes a minute. If “Rosie-…” comes back instead, join it again: this page then says why.`,
  joined: (state) => `Done: Rosie is in “${state.ssid}”. Open http://${state.name}.local or http://${state.address} in that network.`,
  failed: (ssid) => `“${ssid}” was not joined`,
  faults: {
    wrong_password: 'The password is wrong, or the network did not let Rosie in. Mind capital letters.',
    not_found: 'It was not found. Is it near, and its name written as your router shows it?',
    needs_password: 'It wants a password.',
    needs_no_password: 'It has no password: leave it empty.',
    unsupported: 'It wants a user name or a certificate, or its security is outdated (WEP). Choose another one.',
    refused: 'It did not let Rosie in. Bring her nearer to the router, and try again.',
    no_address: 'It gave Rosie no address. Restart the router, and try again.',
    system: 'Something in Rosie did not work. Restart her, and try again.',
  },
  noName: 'Which network? Write its name.',
  noCountry: 'Which country? The radio keeps to its rules.',
  badPassword: 'A password has 8 to 63 characters, without accents.',
  impossible: 'This network wants a user name or a certificate: Rosie cannot join it.',
};

const DE = {
  title: 'Rosies Netzwerk',
  skip: 'Zum Netzwerk',
  place: 'Netzwerk',
  now: 'So ist Rosie verbunden',
  choose: 'Dein WLAN wählen',
  another: 'Ein anderes WLAN wählen',
  network: 'Netzwerk',
  name: 'Sein Name, wie ihn dein Router zeigt',
  other: 'Ein anderes Netzwerk…',
  country: 'Das Land, in dem Rosie steht',
  pick: 'Bitte wählen…',
  password: 'Passwort des Netzwerks',
  show: 'Zeigen',
  hide: 'Verbergen',
  join: 'Verbinden',
  strong: 'stark',
  fair: 'mittel',
  weak: 'schwach',
  open: 'ohne Passwort',
  unsupported: 'nicht möglich',
  loading: 'Einen Moment…',
  again: 'Noch einmal',
  silent: 'Rosie antwortet nicht. Ist dieses Telefon noch in ihrem Netzwerk?',
  elsewhere: 'Sie läuft nicht von ihrem Abbild und wählt das Netzwerk darum nicht: Stell es im System ein.',
  none: 'Rosie sucht ein Netzwerk…',
  wired: (state) => `Mit einem Kabel. Ihre Adresse ist ${state.address}.`,
  wifi: (state) => `Im WLAN „${state.ssid}“. Ihre Adresse ist ${state.address}.`,
  access_point: (state) => `Noch in keinem Netzwerk. Dies ist ihr eigenes, „${state.ssid}“: Wähle unten deines.`,
  radioless: 'Hier gibt es kein WLAN, das funktioniert.',
  trying: (ssid) => `Rosie versucht „${ssid}“…`,
  away: (state) => `Ihr eigenes Netzwerk verschwindet solange. Geh wieder in dein WLAN und öffne http://${state.name}.local – das dauert eine Minute. Kommt stattdessen „Rosie-…“ wieder, geh noch einmal hinein: Diese Seite sagt dann, warum.`,
  joined: (state) => `Fertig: Rosie ist in „${state.ssid}“. Öffne dort http://${state.name}.local oder http://${state.address}.`,
  failed: (ssid) => `„${ssid}“ hat nicht geklappt`,
  faults: {
    wrong_password: 'Das Passwort ist falsch, oder das Netzwerk ließ Rosie nicht hinein. Achte auf Großbuchstaben.',
    not_found: 'Es wurde nicht gefunden. Ist es in der Nähe, und sein Name so geschrieben, wie ihn dein Router zeigt?',
    needs_password: 'Es will ein Passwort.',
    needs_no_password: 'Es hat kein Passwort: Lass es leer.',
    unsupported: 'Es will einen Benutzernamen oder ein Zertifikat, oder seine Sicherheit ist veraltet (WEP). Wähle ein anderes.',
    refused: 'Es ließ Rosie nicht hinein. Stell sie näher an den Router und versuch es noch einmal.',
    no_address: 'Es gab Rosie keine Adresse. Starte den Router neu und versuch es noch einmal.',
    system: 'In Rosie hat etwas nicht funktioniert. Starte sie neu und versuch es noch einmal.',
  },
  noName: 'Welches Netzwerk? Schreib seinen Namen.',
  noCountry: 'Welches Land? Seine Regeln gelten für den Funk.',
  badPassword: 'Ein Passwort hat 8 bis 63 Zeichen, ohne Umlaute.',
  impossible: 'Dieses Netzwerk will einen Benutzernamen oder ein Zertifikat: Rosie kann nicht hinein.',
};

const ES = {
  title: 'La red de Rosie',
  skip: 'A la red',
  place: 'Red',
  now: 'Cómo está conectada Rosie',
  choose: 'Elige tu wifi',
  another: 'Elegir otra wifi',
  network: 'Red',
  name: 'Su nombre, como lo muestra tu router',
  other: 'Otra red…',
  country: 'El país en que está Rosie',
  pick: 'Elige…',
  password: 'Contraseña de la red',
  show: 'Mostrar',
  hide: 'Ocultar',
  join: 'Conectar',
  strong: 'fuerte',
  fair: 'media',
  weak: 'débil',
  open: 'sin contraseña',
  unsupported: 'no es posible',
  loading: 'Un momento…',
  again: 'Otra vez',
  silent: 'Rosie no responde. ¿Sigue este teléfono en su red?',
  elsewhere: 'No se inició desde su imagen, así que no elige la red: configúrala en el sistema.',
  none: 'Rosie busca una red…',
  wired: (state) => `Por cable. Su dirección es ${state.address}.`,
  wifi: (state) => `En la wifi «${state.ssid}». Su dirección es ${state.address}.`,
  access_point: (state) => `Todavía en ninguna red. Esta es la suya, «${state.ssid}»: elige abajo la tuya.`,
  radioless: 'Aquí no hay ninguna wifi que funcione.',
  trying: (ssid) => `Rosie prueba «${ssid}»…`,
  away: (state) => `Mientras tanto su propia red desaparece. Vuelve a tu wifi y abre http://${state.name}.local – tarda un minuto. Si en su lugar vuelve «Rosie-…», entra otra vez: esta página dirá por qué.`,
  joined: (state) => `Listo: Rosie está en «${state.ssid}». Abre allí http://${state.name}.local o http://${state.address}.`,
  failed: (ssid) => `No se pudo entrar en «${ssid}»`,
  faults: {
    wrong_password: 'La contraseña es incorrecta, o la red no dejó entrar a Rosie. Fíjate en las mayúsculas.',
    not_found: 'No se encontró. ¿Está cerca, y su nombre escrito como lo muestra tu router?',
    needs_password: 'Pide una contraseña.',
    needs_no_password: 'No tiene contraseña: déjala vacía.',
    unsupported: 'Pide un usuario o un certificado, o su seguridad es anticuada (WEP). Elige otra.',
    refused: 'No dejó entrar a Rosie. Acércala al router e inténtalo de nuevo.',
    no_address: 'No le dio ninguna dirección a Rosie. Reinicia el router e inténtalo de nuevo.',
    system: 'Algo en Rosie no funcionó. Reiníciala e inténtalo de nuevo.',
  },
  noName: '¿Qué red? Escribe su nombre.',
  noCountry: '¿Qué país? La radio sigue sus reglas.',
  badPassword: 'Una contraseña tiene de 8 a 63 caracteres, sin acentos.',
  impossible: 'Esta red pide un usuario o un certificado: Rosie no puede entrar.',
};

const FR = {
  title: 'Le réseau de Rosie',
  skip: 'Au réseau',
  place: 'Réseau',
  now: 'Comment Rosie est connectée',
  choose: 'Choisis ton Wi-Fi',
  another: 'Choisir un autre Wi-Fi',
  network: 'Réseau',
  name: 'Son nom, comme ta box le montre',
  other: 'Un autre réseau…',
  country: 'Le pays où se trouve Rosie',
  pick: 'Choisis…',
  password: 'Mot de passe du réseau',
  show: 'Montrer',
  hide: 'Cacher',
  join: 'Connecter',
  strong: 'fort',
  fair: 'moyen',
  weak: 'faible',
  open: 'sans mot de passe',
  unsupported: 'impossible',
  loading: 'Un instant…',
  again: 'Réessayer',
  silent: 'Rosie ne répond pas. Ce téléphone est-il encore dans son réseau ?',
  elsewhere: 'Elle n’a pas démarré depuis son image et ne choisit donc pas le réseau : règle-le dans le système.',
  none: 'Rosie cherche un réseau…',
  wired: (state) => `Par câble. Son adresse est ${state.address}.`,
  wifi: (state) => `Dans le Wi-Fi « ${state.ssid} ». Son adresse est ${state.address}.`,
  access_point: (state) => `Encore dans aucun réseau. Voici le sien, « ${state.ssid} » : choisis le tien ci-dessous.`,
  radioless: 'Il n’y a pas de Wi-Fi qui fonctionne ici.',
  trying: (ssid) => `Rosie essaie « ${ssid} »…`,
  away: (state) => `Son propre réseau disparaît pendant ce temps. Retourne dans ton Wi-Fi et ouvre http://${state.name}.local – cela prend une minute. Si « Rosie-… » revient à la place, rejoins-le : cette page dira pourquoi.`,
  joined: (state) => `C’est fait : Rosie est dans « ${state.ssid} ». Ouvre-y http://${state.name}.local ou http://${state.address}.`,
  failed: (ssid) => `« ${ssid} » n’a pas marché`,
  faults: {
    wrong_password: 'Le mot de passe est faux, ou le réseau n’a pas laissé entrer Rosie. Attention aux majuscules.',
    not_found: 'Il n’a pas été trouvé. Est-il proche, et son nom écrit comme ta box le montre ?',
    needs_password: 'Il demande un mot de passe.',
    needs_no_password: 'Il n’a pas de mot de passe : laisse-le vide.',
    unsupported: 'Il demande un nom d’utilisateur ou un certificat, ou sa sécurité est dépassée (WEP). Choisis-en un autre.',
    refused: 'Il n’a pas laissé entrer Rosie. Rapproche-la de la box et réessaie.',
    no_address: 'Il n’a donné aucune adresse à Rosie. Redémarre la box et réessaie.',
    system: 'Quelque chose n’a pas marché dans Rosie. Redémarre-la et réessaie.',
  },
  noName: 'Quel réseau ? Écris son nom.',
  noCountry: 'Quel pays ? La radio suit ses règles.',
  badPassword: 'Un mot de passe a de 8 à 63 caractères, sans accents.',
  impossible: 'Ce réseau demande un nom d’utilisateur ou un certificat : Rosie ne peut pas y entrer.',
};

export const WORDS = { en: EN, de: DE, es: ES, fr: FR };

/** The first of `wanted` (`['de-AT', 'en']`) that she speaks. */
export function languageOf(wanted) {
  return languageAmong(wanted, WORDS);
}

/** How a network is offered: `Home · strong · no password`. */
export function offer(words, seen) {
  const strength = ['weak', 'fair', 'strong'][Math.min(2, Math.floor(seen.strength / 34))];
  const security = seen.security === 'password' ? [] : [words[seen.security]];
  return [seen.ssid, words[strength]].concat(security).join(' · ');
}

/** What is wrong with what was filled in: the name of a word, or null. `seen`: the network, where it was chosen from the list. */
export function mistake({ ssid, password, country }, seen) {
  if (!ssid) {
    return 'noName';
  }
  if (seen && seen.security === 'unsupported') {
    return 'impossible';
  }
  if (!country) {
    return 'noCountry';
  }
  const wanted = seen ? seen.security === 'password' : password !== '';
  const right = /^[ -~]{8,63}$/.test(password) || /^[0-9a-fA-F]{64}$/.test(password);
  return wanted && !right ? 'badPassword' : null;
}
