import { svg, type SVGTemplateResult, type TemplateResult, html } from 'lit/html.js';

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
export const copyIcon = icon(svg`<path d="M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3" />`);
export const twistieIcon = icon(svg`<path d="m6 3.5 4.5 4.5L6 12.5" />`);
export const checkIcon = icon(svg`<circle cx="8" cy="8" r="6" /><path d="m5.2 8.2 2 2 3.6-4.2" />`);
export const errorIcon = icon(svg`<circle cx="8" cy="8" r="6" /><path d="m5.8 5.8 4.4 4.4m0-4.4-4.4 4.4" />`);
export const warningIcon = icon(svg`<path d="M8 2 14.5 13.5h-13zM8 6.5v3.2M8 11.2v1" />`);
export const infoIcon = icon(svg`<circle cx="8" cy="8" r="6" /><path d="M8 7.2v4M8 4.8v1" />`);
export const saveIcon = icon(svg`<path d="M4 2.5h8v11l-4-3.2-4 3.2z" />`);
export const columnsIcon = icon(svg`<path d="M2 3h12v10H2zM6 3v10m4-10v10" />`);
export const statisticsIcon = icon(svg`<path d="M2.5 13.5h11M4.5 11V7.5m3.5 3.5V3.5m3.5 7.5v-5" />`);
export const exportIcon = icon(svg`<path d="M8 10V2.5M5 5.2l3-2.7 3 2.7M2.5 9.5v4h11v-4" />`);
export const recordIcon = icon(svg`<circle cx="8" cy="8" r="6" /><circle class="solid" cx="8" cy="8" r="2.6" />`);
export const stopIcon = icon(svg`<rect class="solid" x="4" y="4" width="8" height="8" rx="1" />`);
export const fileIcon = icon(svg`<path d="M4 1.8h5.2L12 4.6v9.6H4zM9 2v3h3" />`);
export const upIcon = icon(svg`<path d="M4.5 9.5 8 6l3.5 3.5" />`);
export const chevronIcon = icon(svg`<path d="M4.5 6.5 8 10l3.5-3.5" />`);
export const doneIcon = icon(svg`<path d="m3 8.5 3.2 3.2L13 4.8" />`);
