// What the page of signing in says, in the languages that Rosie speaks; nothing here touches the page.

import { languageAmong } from '../languages.js';

export const WORDS = {
  en: {
    title: 'Sign in to Rosie',
    skip: 'To the form',
    place: 'Sign in',
    loading: 'Looking…',
    signIn: 'Sign in',
    makeOwner: 'Make this house yours',
    why: 'Nobody has this Rosie yet, so everybody in your network can use and change her. The owner closes the house: from then on people sign in, '
      + 'and devices that talk with her are paired.',
    name: 'Your name',
    password: 'Password',
    show: 'Show',
    hide: 'Hide',
    long: 'At least 8 characters. Who forgets it makes another one at the machine: rosied access reset-owner.',
    make: 'Become the owner',
    here: (name) => `You are signed in as ${name}.`,
    on: 'Go on',
    out: 'Sign out',
    wrong: 'The name or the password is wrong.',
    wait: (seconds) => `There were too many wrong ones. Try again in ${seconds} seconds.`,
    short: 'The password needs at least 8 characters.',
    silent: 'Rosie does not answer. See that she is on and in this network.',
  },
  de: {
    title: 'Bei Rosie anmelden',
    skip: 'Zum Formular',
    place: 'Anmelden',
    loading: 'Einen Moment…',
    signIn: 'Anmelden',
    makeOwner: 'Mach dieses Haus zu deinem',
    why: 'Diese Rosie gehört noch niemandem, also können alle in deinem Netz sie benutzen und ändern. Wer sie besitzt, schließt das Haus: Von da an '
      + 'melden sich Menschen an, und Geräte, die mit ihr sprechen, werden gekoppelt.',
    name: 'Dein Name',
    password: 'Passwort',
    show: 'Zeigen',
    hide: 'Verbergen',
    long: 'Mindestens 8 Zeichen. Wer es vergisst, macht an der Maschine ein neues: rosied access reset-owner.',
    make: 'Das Haus übernehmen',
    here: (name) => `Du bist als ${name} angemeldet.`,
    on: 'Weiter',
    out: 'Abmelden',
    wrong: 'Der Name oder das Passwort stimmt nicht.',
    wait: (seconds) => `Das waren zu viele falsche. Versuch es in ${seconds} Sekunden wieder.`,
    short: 'Das Passwort braucht mindestens 8 Zeichen.',
    silent: 'Rosie antwortet nicht. Sieh nach, ob sie an und in diesem Netz ist.',
  },
  es: {
    title: 'Entrar en Rosie',
    skip: 'Al formulario',
    place: 'Entrar',
    loading: 'Un momento…',
    signIn: 'Entrar',
    makeOwner: 'Haz tuya esta casa',
    why: 'Esta Rosie aún no es de nadie, así que cualquiera de tu red puede usarla y cambiarla. Quien la posee cierra la casa: desde entonces las '
      + 'personas entran con su contraseña y los dispositivos que hablan con ella se vinculan.',
    name: 'Tu nombre',
    password: 'Contraseña',
    show: 'Mostrar',
    hide: 'Ocultar',
    long: 'Al menos 8 caracteres. Quien la olvida crea otra en la máquina: rosied access reset-owner.',
    make: 'Tomar la casa',
    here: (name) => `Has entrado como ${name}.`,
    on: 'Seguir',
    out: 'Salir',
    wrong: 'El nombre o la contraseña no es correcto.',
    wait: (seconds) => `Demasiados intentos fallidos. Vuelve a probar en ${seconds} segundos.`,
    short: 'La contraseña necesita al menos 8 caracteres.',
    silent: 'Rosie no responde. Mira si está encendida y en esta red.',
  },
  fr: {
    title: 'Se connecter à Rosie',
    skip: 'Au formulaire',
    place: 'Connexion',
    loading: 'Un instant…',
    signIn: 'Se connecter',
    makeOwner: 'Cette maison est à vous',
    why: "Cette Rosie n'est encore à personne : tout le monde sur votre réseau peut s'en servir et la modifier. Le propriétaire ferme la maison : dès "
      + 'lors les personnes se connectent et les appareils qui lui parlent sont associés.',
    name: 'Votre nom',
    password: 'Mot de passe',
    show: 'Afficher',
    hide: 'Masquer',
    long: 'Au moins 8 caractères. En cas d’oubli, on en crée un autre sur la machine : rosied access reset-owner.',
    make: 'Devenir propriétaire',
    here: (name) => `Vous êtes connecté en tant que ${name}.`,
    on: 'Continuer',
    out: 'Se déconnecter',
    wrong: 'Le nom ou le mot de passe est faux.',
    wait: (seconds) => `Trop d'essais erronés. Réessayez dans ${seconds} secondes.`,
    short: 'Le mot de passe doit avoir au moins 8 caractères.',
    silent: "Rosie ne répond pas. Vérifiez qu'elle est allumée et sur ce réseau.",
  },
};

export const languageOf = (wanted) => languageAmong(wanted, WORDS);

/** What is to be told of a refusal. */
export function refusal(words, error) {
  if (error.code === 'wrong-password') {
    return words.wrong;
  }
  const seconds = /\d+/.exec(error.hint || '');
  if (error.status === 429 && seconds) {
    return words.wait(Number(seconds[0]));
  }
  return error.status === 0 ? words.silent : error.message;
}
