import { systemClock } from '../../base/clock.ts';
import { isInspectorEvent, isInspectorResponse } from '../../messages/inspectorChecks.ts';
import { HostChannel } from '../shared/channel.ts';
import { loadTranslations } from '../shared/l10n.ts';
import { connectPage } from '../shared/vscode.ts';
import { InspectorPage } from './inspectorPage.ts';

loadTranslations();
const host = connectPage();
const channel = new HostChannel(host, systemClock, isInspectorResponse, isInspectorEvent);
const root = document.getElementById('app');
if (root !== null) new InspectorPage(root, host, channel, systemClock);
