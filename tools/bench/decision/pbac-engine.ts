import PBAC from 'pbac';
import type { DecisionEngine } from './decision-engine.ts';

/** Takes AWS's documents as they are. */
export const pbacEngine: DecisionEngine = {
  name: 'pbac',
  async prepare({ identityPolicies }) {
    const pbac = new PBAC(identityPolicies.map((text) => JSON.parse(text)));
    return ({ action, resource }) => pbac.evaluate({ action, resource });
  },
};
