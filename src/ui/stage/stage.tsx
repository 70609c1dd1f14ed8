import type { StageTab } from '../../stores/app.ts';
import { Tabs } from '../components/tabs.tsx';
import { useApp } from '../studio-context.ts';
import { ExportTab } from './export/export-tab.tsx';
import { LiveTab } from './live/live-tab.tsx';
import { ResultsTab } from './results/results-tab.tsx';
import { RunsTab } from './runs/runs-tab.tsx';
import { ScalesTab } from './scales/scales-tab.tsx';
import { useAnnouncements } from './use-announcements.ts';
import { useNotifications } from './use-notifications.ts';

const TABS: readonly { value: StageTab; label: string; content: React.ReactNode }[] = [
  { value: 'live', label: 'Live', content: <LiveTab /> },
  { value: 'scales', label: 'Scales', content: <ScalesTab /> },
  { value: 'results', label: 'Results', content: <ResultsTab /> },
  { value: 'runs', label: 'Runs', content: <RunsTab /> },
  { value: 'export', label: 'Export', content: <ExportTab /> },
];

/** Everything a run shows, while it runs and after. */
export function Stage() {
  const tab = useApp((state) => state.tab);
  const setTab = useApp((state) => state.setTab);
  useAnnouncements();
  useNotifications();
  const choose = (value: string) => {
    const chosen = TABS.find((entry) => entry.value === value);
    if (chosen) setTab(chosen.value);
  };
  return <Tabs label="Stage" value={tab} onChange={choose} items={TABS} />;
}
