export { plainText, terminalText } from '../base/plainText';
