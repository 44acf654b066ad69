// What the page of the certificate says, in the languages that Rosie speaks; nothing here touches the page.

import { languageAmong } from '../languages.js';

export const SYSTEMS = ['android', 'ios', 'windows', 'macos', 'linux'];
const NAMES = { android: 'Android', ios: 'iPhone, iPad', windows: 'Windows', macos: 'macOS', linux: 'Linux' };

const EN = {
  title: "Rosie's secure address",
  skip: 'To the secure address',
  place: 'Secure address',
  now: 'Where you are',
  loading: 'Looking…',
  plain: 'This page came over plain http: no microphone',
  plainMore: 'Browsers give the microphone only to secure pages. First make this device trust Rosie, as shown below; then open her secure address. '
    + 'Without that the browser warns, and some give no microphone even after you go on.',
  off: 'Browsers give the microphone only to secure pages, and https is off here: set server.tls.listen in the configuration.',
  secure: 'This page is secure',
  secureMore: 'The microphone works here. If your browser still shows a warning, install the certificate below.',
  problem: 'Something is wrong with the certificate',
  files: 'The certificate is one of your own: devices that trust whoever signed it need nothing else.',
  until: (day) => `The certificate holds until ${day}; one of Rosie's own is renewed by itself.`,
  go: 'Open the secure address',
  talk: 'Talk to Rosie',
  install: 'Make this device trust Rosie',
  why: 'Rosie signs her certificate herself, because only your house can know her names. Every device is told once that this is right.',
  fetch: 'Fetch the certificate',
  fingerprint: 'Its fingerprint (SHA-256)',
  compare: 'Compare it with what the device shows when you install it. Over plain http somebody in your network could have given you another '
    + 'one: where that matters, look at this page on the machine that Rosie runs on.',
  systems: NAMES,
  steps: {
    android: [
      'Fetch the certificate above. If the browser wants to open it, choose to save it.',
      'Open Settings, search for “CA certificate” (Security, More security settings, Encryption & credentials, Install a certificate).',
      'Choose CA certificate, “Install anyway”, and the file rosie-ca.crt.',
      'Open the secure address in Chrome. Firefox wants a switch first: Settings, About Firefox, press the logo five times, then Secret Settings, “Use third party CA certificates”.',
    ],
    ios: [
      'Fetch the certificate above in Safari and press Allow.',
      'Open Settings: “Profile Downloaded” is at the top. Press it, then Install.',
      'Then Settings, General, About, Certificate Trust Settings: switch on the one that begins with “Rosie on”. Without this step it does not count.',
      'Open the secure address in Safari.',
    ],
    windows: [
      'Fetch the certificate above and open the file.',
      'Press Install Certificate, choose Current User, then “Place all certificates in the following store”: Trusted Root Certification Authorities.',
      'Compare the fingerprint, answer Yes, and restart the browser.',
    ],
    macos: [
      'Fetch the certificate above and open the file: Keychain Access takes it into “login”.',
      'Double-click the one that begins with “Rosie on”, open Trust, and choose Always Trust.',
      'Close the window, enter your password, and restart the browser.',
    ],
    linux: [
      'Chrome: chrome://certificate-manager, Installed by you, Trusted Certificates, Import. Firefox: Settings, search for “certificates”, View Certificates, Authorities, Import, and allow it for websites.',
      'For curl and the like on Debian and Ubuntu: copy rosie-ca.crt to /usr/local/share/ca-certificates/ and run sudo update-ca-certificates. On Fedora: /etc/pki/ca-trust/source/anchors/ and sudo update-ca-trust.',
    ],
  },
};

const DE = {
  title: 'Rosies sichere Adresse',
  skip: 'Zur sicheren Adresse',
  place: 'Sichere Adresse',
  now: 'Wo du bist',
  loading: 'Einen Moment…',
  plain: 'Diese Seite kam über einfaches http: kein Mikrofon',
  plainMore: 'Browser geben das Mikrofon nur sicheren Seiten. Lass dieses Gerät zuerst Rosie vertrauen, wie unten gezeigt; öffne dann ihre sichere '
    + 'Adresse. Ohne das warnt der Browser, und manche geben das Mikrofon auch danach nicht her.',
  off: 'Browser geben das Mikrofon nur sicheren Seiten, und https ist hier aus: setze server.tls.listen in der Konfiguration.',
  secure: 'Diese Seite ist sicher',
  secureMore: 'Das Mikrofon geht hier. Warnt dein Browser trotzdem, dann installiere das Zertifikat unten.',
  problem: 'Mit dem Zertifikat stimmt etwas nicht',
  files: 'Das Zertifikat ist dein eigenes: Geräte, die seinem Aussteller vertrauen, brauchen nichts weiter.',
  until: (day) => `Das Zertifikat gilt bis ${day}; eines von Rosie selbst erneuert sich von allein.`,
  go: 'Die sichere Adresse öffnen',
  talk: 'Mit Rosie sprechen',
  install: 'Dieses Gerät Rosie vertrauen lassen',
  why: 'Rosie unterschreibt ihr Zertifikat selbst, denn nur dein Haus kann ihre Namen kennen. Jedem Gerät wird einmal gesagt, dass das richtig ist.',
  fetch: 'Das Zertifikat holen',
  fingerprint: 'Sein Fingerabdruck (SHA-256)',
  compare: 'Vergleiche ihn mit dem, den das Gerät beim Installieren zeigt. Über einfaches http könnte dir jemand in deinem Netz ein anderes '
    + 'gegeben haben: Wo es darauf ankommt, sieh diese Seite auf dem Rechner an, auf dem Rosie läuft.',
  systems: NAMES,
  steps: {
    android: [
      'Hol oben das Zertifikat. Will der Browser es öffnen, dann lass es speichern.',
      'Öffne die Einstellungen und suche „CA-Zertifikat“ (Sicherheit, Weitere Sicherheitseinstellungen, Verschlüsselung & Anmeldedaten, Zertifikat installieren).',
      'Wähle CA-Zertifikat, „Trotzdem installieren“ und die Datei rosie-ca.crt.',
      'Öffne die sichere Adresse in Chrome. Firefox will zuerst einen Schalter: Einstellungen, Über Firefox, fünfmal auf das Logo, dann Geheime Einstellungen, „CA-Zertifikate von Drittanbietern verwenden“.',
    ],
    ios: [
      'Hol oben das Zertifikat in Safari und tippe auf Zulassen.',
      'Öffne die Einstellungen: Oben steht „Profil geladen“. Tippe darauf, dann auf Installieren.',
      'Danach Einstellungen, Allgemein, Info, Zertifikatsvertrauenseinstellungen: Schalte das ein, das mit „Rosie on“ beginnt. Ohne diesen Schritt zählt es nicht.',
      'Öffne die sichere Adresse in Safari.',
    ],
    windows: [
      'Hol oben das Zertifikat und öffne die Datei.',
      'Zertifikat installieren, Aktueller Benutzer, dann „Alle Zertifikate in folgendem Speicher speichern“: Vertrauenswürdige Stammzertifizierungsstellen.',
      'Vergleiche den Fingerabdruck, antworte mit Ja und starte den Browser neu.',
    ],
    macos: [
      'Hol oben das Zertifikat und öffne die Datei: Die Schlüsselbundverwaltung nimmt es in „Anmeldung“ auf.',
      'Doppelklicke das, das mit „Rosie on“ beginnt, öffne Vertrauen und wähle Immer vertrauen.',
      'Schließe das Fenster, gib dein Passwort ein und starte den Browser neu.',
    ],
    linux: [
      'Chrome: chrome://certificate-manager, Von dir installiert, Vertrauenswürdige Zertifikate, Importieren. Firefox: Einstellungen, suche „Zertifikate“, Zertifikate anzeigen, Zertifizierungsstellen, Importieren, und für Websites erlauben.',
      'Für curl und andere, auf Debian und Ubuntu: kopiere rosie-ca.crt nach /usr/local/share/ca-certificates/ und rufe sudo update-ca-certificates auf. Auf Fedora: /etc/pki/ca-trust/source/anchors/ und sudo update-ca-trust.',
    ],
  },
};

const ES = {
  title: 'La dirección segura de Rosie',
  skip: 'A la dirección segura',
  place: 'Dirección segura',
  now: 'Dónde estás',
  loading: 'Un momento…',
  plain: 'Esta página llegó por http simple: sin micrófono',
  plainMore: 'Los navegadores solo dan el micrófono a páginas seguras. Primero haz que este dispositivo confíe en Rosie, como se ve abajo; después abre '
    + 'su dirección segura. Sin eso el navegador avisa, y algunos no dan el micrófono ni aun así.',
  off: 'Los navegadores solo dan el micrófono a páginas seguras, y aquí https está apagado: pon server.tls.listen en la configuración.',
  secure: 'Esta página es segura',
  secureMore: 'Aquí funciona el micrófono. Si tu navegador aún avisa, instala el certificado de abajo.',
  problem: 'Algo va mal con el certificado',
  files: 'El certificado es tuyo: los dispositivos que confían en quien lo firmó no necesitan nada más.',
  until: (day) => `El certificado vale hasta el ${day}; uno de la propia Rosie se renueva solo.`,
  go: 'Abrir la dirección segura',
  talk: 'Hablar con Rosie',
  install: 'Haz que este dispositivo confíe en Rosie',
  why: 'Rosie firma ella misma su certificado, porque solo tu casa puede conocer sus nombres. A cada dispositivo se le dice una vez que está bien.',
  fetch: 'Descargar el certificado',
  fingerprint: 'Su huella (SHA-256)',
  compare: 'Compárala con la que muestra el dispositivo al instalarlo. Por http simple alguien de tu red podría haberte dado otro: donde eso importe, '
    + 'mira esta página en la máquina en la que funciona Rosie.',
  systems: NAMES,
  steps: {
    android: [
      'Descarga arriba el certificado. Si el navegador quiere abrirlo, elige guardarlo.',
      'Abre Ajustes y busca «certificado de CA» (Seguridad, Más ajustes de seguridad, Cifrado y credenciales, Instalar un certificado).',
      'Elige Certificado de CA, «Instalar de todas formas» y el archivo rosie-ca.crt.',
      'Abre la dirección segura en Chrome. Firefox pide antes un interruptor: Ajustes, Acerca de Firefox, pulsa cinco veces el logotipo, luego Ajustes secretos, «Usar certificados CA de terceros».',
    ],
    ios: [
      'Descarga arriba el certificado con Safari y pulsa Permitir.',
      'Abre Ajustes: arriba está «Perfil descargado». Púlsalo y luego Instalar.',
      'Después Ajustes, General, Información, Ajustes de confianza de los certificados: activa el que empieza por «Rosie on». Sin este paso no cuenta.',
      'Abre la dirección segura en Safari.',
    ],
    windows: [
      'Descarga arriba el certificado y abre el archivo.',
      'Pulsa Instalar certificado, elige Usuario actual y «Colocar todos los certificados en el siguiente almacén»: Entidades de certificación raíz de confianza.',
      'Compara la huella, responde Sí y reinicia el navegador.',
    ],
    macos: [
      'Descarga arriba el certificado y abre el archivo: Acceso a Llaveros lo guarda en «inicio de sesión».',
      'Haz doble clic en el que empieza por «Rosie on», abre Confiar y elige Confiar siempre.',
      'Cierra la ventana, escribe tu contraseña y reinicia el navegador.',
    ],
    linux: [
      'Chrome: chrome://certificate-manager, Instalados por ti, Certificados de confianza, Importar. Firefox: Ajustes, busca «certificados», Ver certificados, Autoridades, Importar, y permítelo para sitios web.',
      'Para curl y otros, en Debian y Ubuntu: copia rosie-ca.crt en /usr/local/share/ca-certificates/ y ejecuta sudo update-ca-certificates. En Fedora: /etc/pki/ca-trust/source/anchors/ y sudo update-ca-trust.',
    ],
  },
};

const FR = {
  title: 'L’adresse sûre de Rosie',
  skip: 'À l’adresse sûre',
  place: 'Adresse sûre',
  now: 'Où tu es',
  loading: 'Un instant…',
  plain: 'Cette page est venue par simple http : pas de micro',
  plainMore: 'Les navigateurs ne donnent le micro qu’aux pages sûres. Fais d’abord que cet appareil fasse confiance à Rosie, comme montré ci-dessous ; '
    + 'ouvre ensuite son adresse sûre. Sans cela le navigateur avertit, et certains ne donnent pas le micro même après.',
  off: 'Les navigateurs ne donnent le micro qu’aux pages sûres, et https est coupé ici : règle server.tls.listen dans la configuration.',
  secure: 'Cette page est sûre',
  secureMore: 'Le micro marche ici. Si ton navigateur avertit encore, installe le certificat ci-dessous.',
  problem: 'Quelque chose ne va pas avec le certificat',
  files: 'Le certificat est le tien : les appareils qui font confiance à son signataire n’ont besoin de rien d’autre.',
  until: (day) => `Le certificat vaut jusqu’au ${day} ; celui de Rosie se renouvelle tout seul.`,
  go: 'Ouvrir l’adresse sûre',
  talk: 'Parler à Rosie',
  install: 'Fais que cet appareil fasse confiance à Rosie',
  why: 'Rosie signe elle-même son certificat, car seule ta maison peut connaître ses noms. À chaque appareil on dit une fois que c’est juste.',
  fetch: 'Télécharger le certificat',
  fingerprint: 'Son empreinte (SHA-256)',
  compare: 'Compare-la avec celle que l’appareil montre à l’installation. Par simple http quelqu’un de ton réseau aurait pu t’en donner un autre : là où '
    + 'cela compte, regarde cette page sur la machine où tourne Rosie.',
  systems: NAMES,
  steps: {
    android: [
      'Télécharge le certificat ci-dessus. Si le navigateur veut l’ouvrir, choisis de l’enregistrer.',
      'Ouvre les Paramètres et cherche « certificat CA » (Sécurité, Autres paramètres de sécurité, Chiffrement et identifiants, Installer un certificat).',
      'Choisis Certificat CA, « Installer quand même » et le fichier rosie-ca.crt.',
      'Ouvre l’adresse sûre dans Chrome. Firefox demande d’abord un réglage : Paramètres, À propos de Firefox, cinq fois sur le logo, puis Paramètres secrets, « Utiliser des certificats CA tiers ».',
    ],
    ios: [
      'Télécharge le certificat ci-dessus dans Safari et touche Autoriser.',
      'Ouvre Réglages : en haut se trouve « Profil téléchargé ». Touche-le, puis Installer.',
      'Ensuite Réglages, Général, Informations, Réglages des certificats : active celui qui commence par « Rosie on ». Sans cette étape il ne compte pas.',
      'Ouvre l’adresse sûre dans Safari.',
    ],
    windows: [
      'Télécharge le certificat ci-dessus et ouvre le fichier.',
      'Installer un certificat, Utilisateur actuel, puis « Placer tous les certificats dans le magasin suivant » : Autorités de certification racines de confiance.',
      'Compare l’empreinte, réponds Oui et redémarre le navigateur.',
    ],
    macos: [
      'Télécharge le certificat ci-dessus et ouvre le fichier : Trousseaux d’accès le range dans « session ».',
      'Double-clique sur celui qui commence par « Rosie on », ouvre Se fier et choisis Toujours approuver.',
      'Ferme la fenêtre, donne ton mot de passe et redémarre le navigateur.',
    ],
    linux: [
      'Chrome : chrome://certificate-manager, Installés par vous, Certificats de confiance, Importer. Firefox : Paramètres, cherche « certificats », Afficher les certificats, Autorités, Importer, et autorise-le pour les sites web.',
      'Pour curl et d’autres, sous Debian et Ubuntu : copie rosie-ca.crt dans /usr/local/share/ca-certificates/ et lance sudo update-ca-certificates. Sous Fedora : /etc/pki/ca-trust/source/anchors/ et sudo update-ca-trust.',
    ],
  },
};

export const WORDS = { en: EN, de: DE, es: ES, fr: FR };

/** The first of `wanted` (`['de-AT', 'en']`) that she speaks. */
export function languageOf(wanted) {
  return languageAmong(wanted, WORDS);
}

/** The system of this device, from a user agent string: one of `SYSTEMS`. */
export function systemOf(userAgent) {
  if (/Android/.test(userAgent)) {
    return 'android';
  }
  if (/iPhone|iPad|iPod/.test(userAgent)) {
    return 'ios';
  }
  if (/Windows/.test(userAgent)) {
    return 'windows';
  }
  return /Mac OS X|Macintosh/.test(userAgent) ? 'macos' : 'linux';
}

/** Where Rosie's own page is over https. `location`: of the page that asks. */
export function secureAddress(location, port) {
  return `https://${location.hostname}${port === 443 ? '' : `:${port}`}/`;
}
