import '@vscode/codicons/dist/codicon.css';
import 'reactflow/dist/base.css';
import '../shared/page.css';
import '../shared/fields.css';
import '../shared/facts.css';
import './editor.css';
import './popup.css';
import './canvas.css';
import './node.css';
import './note.css';
import './palette.css';
import './tree.css';
import './inspector.css';
import './form.css';
import './expression.css';
import './run.css';
import { mountWorkflowEditor } from './mount';
import { vscodePage } from '../shared/host';

const root = document.getElementById('root');
if (root) {
  const { api, incoming } = vscodePage();
  mountWorkflowEditor(root, api, incoming);
}
