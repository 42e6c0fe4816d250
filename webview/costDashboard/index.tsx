import '@vscode/codicons/dist/codicon.css';
import '../shared/page.css';
import '../shared/fields.css';
import './costs.css';
import './cards.css';
import './charts.css';
import './tables.css';
import { mountCosts } from './mount';
import { vscodePage } from '../shared/host';

const root = document.getElementById('root');
if (root) {
  const { api, incoming } = vscodePage();
  mountCosts(root, api, incoming);
}
