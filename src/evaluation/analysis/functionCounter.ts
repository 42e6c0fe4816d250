import type { Rule } from 'eslint';
import type { MeasuredFunction } from './analysisProtocol';
import { firstLine, functionName, isEnumBody, type SyntaxNode } from './functionNames';

interface OpenPath {
  readonly name: string;
  readonly counted: boolean;
  complexity: number;
}

const logicalAssignments = new Set(['&&=', '||=', '??=']);
const countedOrigins = new Set(['function', 'class-field-initializer', 'class-static-block']);

/**
 * Cyclomatic complexity of every function: one, and one for each decision in it. Source: the rule `complexity` of ESLint (variant `classic`,
 * https://eslint.org/docs/latest/rules/complexity), which tells a place and a sentence where the whole range and a name are needed. What a
 * TypeScript enum or namespace becomes is no function of the author's and not told.
 */
export function functionCounter({ sourceCode }: Rule.RuleContext, tell: (found: MeasuredFunction) => void): Rule.RuleListener {
  const open: OpenPath[] = [];
  const numbers = new Map<string, number>();
  const textOf = (node: SyntaxNode): string => sourceCode.getText(node as unknown as Rule.Node);
  const decide = (): void => {
    const path = open.at(-1);
    if (path) path.complexity++;
  };
  const unique = (name: string): string => {
    const number = (numbers.get(name) ?? 0) + 1;
    numbers.set(name, number);
    return number === 1 ? name : `${name} #${number}`;
  };
  return {
    onCodePathStart: (codePath, visited) => {
      const node = visited as unknown as SyntaxNode;
      const outer = open.at(-1)?.name ?? '';
      const counted = countedOrigins.has(codePath.origin) && !isEnumBody(node);
      const own = counted ? functionName(node, textOf) : '';
      open.push({ counted, complexity: 1, name: counted ? unique(outer === '' ? own : `${outer} › ${own}`) : outer });
    },
    onCodePathEnd: (_codePath, visited) => {
      const node = visited as unknown as SyntaxNode;
      const path = open.pop();
      if (path?.counted) tell({ name: path.name, complexity: path.complexity, startLine: firstLine(node), endLine: node.loc?.end.line ?? firstLine(node) });
    },
    CatchClause: decide,
    ConditionalExpression: decide,
    LogicalExpression: decide,
    ForStatement: decide,
    ForInStatement: decide,
    ForOfStatement: decide,
    IfStatement: decide,
    WhileStatement: decide,
    DoWhileStatement: decide,
    AssignmentPattern: decide,
    'SwitchCase[test]': decide,
    AssignmentExpression: ({ operator }) => { if (logicalAssignments.has(operator)) decide(); },
    'MemberExpression[optional=true]': decide,
    'CallExpression[optional=true]': decide,
  };
}
