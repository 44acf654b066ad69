// Renders /api/v1/openapi.json: each route with what it takes and answers, a button to try those that only read.

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

function element(tag, text, parent) {
  const node = document.createElement(tag);
  if (text) node.textContent = text;
  if (parent) parent.appendChild(node);
  return node;
}

function shapeName(content) {
  if (!content) return '';
  return Object.keys(content).map((type) => {
    const schema = content[type].schema || {};
    const name = schema.$ref ? schema.$ref.split('/').pop() : schema.type || '';
    return type + (name ? ' (' + name + ')' : '');
  }).join(' or ');
}

function addTry(path, box) {
  const form = element('form', '', box);
  const names = (path.match(/{(\w+)}/g) || []).map((name) => name.slice(1, -1));
  const inputs = names.map((name) => {
    const label = element('label', name + ' ', form);
    const input = element('input', '', label);
    input.required = true;
    return input;
  });
  element('button', 'Try it', form).type = 'submit';
  const output = element('pre', '', box);
  output.hidden = true;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    let url = path;
    names.forEach((name, i) => { url = url.replace('{' + name + '}', encodeURIComponent(inputs[i].value)); });
    fetch(url).then((response) => response.text().then((text) => {
      let shown = text;
      try { shown = JSON.stringify(JSON.parse(text), null, 2); } catch (error) { /* not JSON: shown as it is */ }
      output.textContent = response.status + ' ' + response.statusText + '\n' + shown;
    })).catch((error) => { output.textContent = String(error); }).then(() => { output.hidden = false; });
  });
}

function addOperation(path, method, operation, parent) {
  const box = element('details', '', parent);
  const head = element('summary', '', box);
  element('span', method.toUpperCase(), head).className = 'method';
  element('code', path, head);
  element('span', ' ' + operation.summary, head);
  const list = element('dl', '', box);
  (operation.parameters || []).forEach((parameter) => {
    element('dt', '?' + parameter.name, list);
    element('dd', parameter.description, list);
  });
  if (operation.requestBody) {
    element('dt', 'Takes', list);
    element('dd', shapeName(operation.requestBody.content), list);
  }
  Object.keys(operation.responses).forEach((status) => {
    const response = operation.responses[status];
    element('dt', status, list);
    element('dd', response.description + ' ' + shapeName(response.content), list);
  });
  if (method === 'get' && !operation.responses['101']) addTry(path, box);
}

function render(description) {
  const info = description.info;
  document.getElementById('about').textContent = info.description + ' Version ' + info.version + '.';
  const routes = document.getElementById('routes');
  Object.keys(description.paths).forEach((path) => {
    METHODS.forEach((method) => {
      const operation = description.paths[path][method];
      if (operation) addOperation(path, method, operation, routes);
    });
  });
  const schemas = description.components.schemas;
  Object.keys(schemas).sort().forEach((name) => {
    const box = element('details', '', document.getElementById('schemas'));
    element('code', name, element('summary', '', box));
    element('pre', JSON.stringify(schemas[name], null, 2), box);
  });
}

fetch('/api/v1/openapi.json').then((response) => response.json()).then(render).catch((error) => {
  document.getElementById('about').textContent = 'The description could not be loaded: ' + error;
});
