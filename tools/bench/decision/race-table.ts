import { formatMicroseconds } from '../benchmark.ts';
import { carnetEngine } from './carnet-engine.ts';
import { casbinEngine } from './casbin-engine.ts';
import { cedarEngine } from './cedar-engine.ts';
import type { DecisionWorkload } from './decision-engine.ts';
import { limitEngine } from './limit-engine.ts';
import { pbacEngine } from './pbac-engine.ts';
import { raceEngines } from './race-engines.ts';

const engines = [limitEngine, carnetEngine, pbacEngine, casbinEngine, cedarEngine];

/** Goal and aim by an engine's name: for peers how many times as fast Carnet is to be. */
export type RaceGoals = Readonly<Record<string, readonly [goal: string, aim: string]>>;

/** Races all engines, and says how each stands beside the limit and beside Carnet. */
export async function raceTable(
  workload: DecisionWorkload,
  goals: RaceGoals,
  rounds?: number,
): Promise<readonly (readonly string[])[]> {
  const costs = await raceEngines(workload, engines, rounds);
  const cost = (name: string) => costs.get(name) ?? Number.NaN;
  const beside = (value: number) => `${value.toFixed(value < 10 ? 2 : 0)} ×`;
  const rows = engines.map(({ name }) => [
    name,
    formatMicroseconds(cost(name)),
    beside(cost(name) / cost(limitEngine.name)),
    beside(cost(name) / cost(carnetEngine.name)),
    ...(goals[name] ?? ['', '']),
  ]);
  return [['engine', 'p50', 'beside the limit', 'beside Carnet', 'goal', 'aim'], ...rows];
}
