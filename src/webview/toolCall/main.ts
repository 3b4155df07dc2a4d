import { systemClock } from '../../base/clock.ts';
import { isToolCallEvent, isToolCallResponse } from '../../messages/toolCall.ts';
import { HostChannel } from '../shared/channel.ts';
import { loadTranslations } from '../shared/l10n.ts';
import { connectPage } from '../shared/vscode.ts';
import { ToolCallPage } from './toolCallPage.ts';

loadTranslations();
const host = connectPage();
const channel = new HostChannel(host, systemClock, isToolCallResponse, isToolCallEvent);
const root = document.getElementById('app');
if (root !== null) new ToolCallPage(root, host, channel, systemClock);
