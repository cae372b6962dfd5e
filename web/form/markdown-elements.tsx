import { marked, type Token, type Tokens } from 'marked';
import type { ComponentChildren, VNode } from 'preact';

/**
 * Markdown as elements. The published page is rendered and sanitised on the server; this shows the same shape while
 * writing. HTML in the text is shown as text, links lead only to http, https and mail, pictures are named and not loaded.
 */
const MAX_DEPTH = 20;

export function markdownElements(text: string): VNode {
  return <>{blocks(marked.lexer(text), 0)}</>;
}

function blocks(tokens: readonly Token[], depth: number): ComponentChildren {
  return depth > MAX_DEPTH ? null : tokens.map((token) => element(token, depth + 1));
}

function element(token: Token, depth: number): ComponentChildren {
  const inner = (): ComponentChildren =>
    'tokens' in token && token.tokens ? blocks(token.tokens, depth) : 'text' in token ? String(token.text) : token.raw;
  switch (token.type) {
    case 'space':
    case 'def':
      return null;
    case 'heading':
      return (token as Tokens.Heading).depth <= 2 ? <h3>{inner()}</h3> : <h4>{inner()}</h4>;
    case 'paragraph':
      return <p>{inner()}</p>;
    case 'code':
      return (
        <pre>
          <code>{(token as Tokens.Code).text}</code>
        </pre>
      );
    case 'codespan':
      return <code>{(token as Tokens.Codespan).text}</code>;
    case 'blockquote':
      return <blockquote>{inner()}</blockquote>;
    case 'hr':
      return <hr />;
    case 'br':
      return <br />;
    case 'strong':
      return <strong>{inner()}</strong>;
    case 'em':
      return <em>{inner()}</em>;
    case 'del':
      return <del>{inner()}</del>;
    case 'link':
      return link(token as Tokens.Link, inner());
    case 'image':
      return `[picture: ${(token as Tokens.Image).text}]`;
    case 'list':
      return list(token as Tokens.List, depth);
    case 'table':
      return table(token as Tokens.Table, depth);
    case 'text':
    case 'escape':
      return 'tokens' in token && token.tokens ? inner() : decoded((token as Tokens.Text).text);
    default:
      return token.raw;
  }
}

function link({ href }: Tokens.Link, inner: ComponentChildren): ComponentChildren {
  return /^(?:https?:|mailto:)/i.test(href) ? (
    <a href={href} rel="nofollow noopener noreferrer">
      {inner}
    </a>
  ) : (
    inner
  );
}

function list(token: Tokens.List, depth: number): VNode {
  const items = token.items.map((item) => <li>{blocks(item.tokens, depth)}</li>);
  return token.ordered ? <ol>{items}</ol> : <ul>{items}</ul>;
}

function table({ header, rows }: Tokens.Table, depth: number): VNode {
  return (
    <div class="table-wrap">
      <table class="table">
        <thead>
          <tr>
            {header.map((cell) => (
              <th>{blocks(cell.tokens, depth)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr>
              {row.map((cell) => (
                <td>{blocks(cell.tokens, depth)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};

/** The lexer leaves the common entities as they were written. */
function decoded(text: string): string {
  return text.replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity] ?? entity);
}
