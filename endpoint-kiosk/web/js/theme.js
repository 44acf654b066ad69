// Chooses light or dark before the first paint, so nothing flashes. A classic script: modules run too late.
// Browsers that cannot say what the device prefers (Chrome below 76) get light.
(function () {
  var dark = window.matchMedia('(prefers-color-scheme: dark)');
  function chosen() {
    try {
      return window.localStorage.getItem('rosie.theme') || 'auto';
    } catch (error) {
      return 'auto';
    }
  }
  function paint() {
    var theme = chosen();
    document.documentElement.setAttribute('data-theme', theme === 'auto' ? (dark.matches ? 'dark' : 'light') : theme);
  }
  paint();
  dark.addListener(paint);
  window.addEventListener('rosie-theme', paint);
})();
