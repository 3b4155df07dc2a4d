import { svg, type SVGTemplateResult, type TemplateResult, html } from 'lit';

/** Our few icons, drawn on the 16 pixel grid of VS Code's own; decorative, so the control around them carries the name. */
function icon(shape: SVGTemplateResult): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
    ${shape}
  </svg>`;
}

export const filterIcon = icon(svg`<path d="M1.5 3h13M4 7.5h8M6.5 12h3" />`);
export const clearIcon = icon(svg`<circle cx="8" cy="8" r="5.5" /><path d="M4.2 11.8 11.8 4.2" />`);
export const closeIcon = icon(svg`<path d="m3.5 3.5 9 9m0-9-9 9" />`);
export const downIcon = icon(svg`<path d="M8 2.5v11m-4.5-4.5L8 13.5 12.5 9" />`);
export const twistieIcon = icon(svg`<path d="m6 3.5 4.5 4.5L6 12.5" />`);
export const checkIcon = icon(svg`<circle cx="8" cy="8" r="6" /><path d="m5.2 8.2 2 2 3.6-4.2" />`);
export const errorIcon = icon(svg`<circle cx="8" cy="8" r="6" /><path d="m5.8 5.8 4.4 4.4m0-4.4-4.4 4.4" />`);
export const warningIcon = icon(svg`<path d="M8 2 14.5 13.5h-13zM8 6.5v3.2M8 11.2v1" />`);
export const infoIcon = icon(svg`<circle cx="8" cy="8" r="6" /><path d="M8 7.2v4M8 4.8v1" />`);
