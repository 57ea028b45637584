import { carnetModel } from './carnet-model.ts';
import { ec2Model } from './ec2-model.ts';
import iam from './generated/iam.json' with { type: 'json' };
import s3 from './generated/s3.json' with { type: 'json' };
import sts from './generated/sts.json' with { type: 'json' };
import { lambdaModel } from './lambda-model.ts';
import type { ServiceModel } from './model.ts';

/** The API models that this program knows, by service. */
export const models = {
  ec2: ec2Model,
  iam: iam as unknown as ServiceModel,
  sts: sts as unknown as ServiceModel,
  s3: s3 as unknown as ServiceModel,
  lambda: lambdaModel,
} as const;

/** The model of a service by its signing name, `iam`; undefined when it is not known. */
export function serviceModel(service: string): ServiceModel | undefined {
  if (service === 'carnet') return carnetModel;
  return Object.hasOwn(models, service) ? models[service as keyof typeof models] : undefined;
}
