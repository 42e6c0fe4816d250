import '@vscode/codicons/dist/codicon.css';
import '../shared/page.css';
import '../shared/facts.css';
import './timeline.css';
import './list.css';
import './details.css';
import { mountTimeline } from './mount';
import { vscodePage } from '../shared/host';

const root = document.getElementById('root');
if (root) {
  const { api, incoming } = vscodePage();
  mountTimeline(root, api, incoming);
}
