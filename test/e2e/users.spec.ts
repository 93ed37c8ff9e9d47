// @slow: starts the application of the guide
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { hashPassword, isPassword } from '../../docs/guides/feature-module/users/passwords.js';
import { answer, startGuideApplication, trade } from './guide-application.js';
import type { GuideApplication } from './guide-application.js';

let application: GuideApplication;

beforeAll(async () => {
  application = await startGuideApplication();
});

afterAll(() => application?.close());

const password = 'correct horse battery';
const newPassword = 'staple correct horse';

async function register(email: string): Promise<string> {
  const { token } = (await answer(201, application.send('post', '/users', '', { email, password }))) as {
    token: string;
  };
  return token;
}

const signIn = (email: string, given: string) =>
  application.send('post', '/sessions', '', { email, password: given });
const changeEmail = (token: string, body: object) => application.send('put', '/me/email', token, body);
const changePassword = (token: string, body: object) => application.send('put', '/me/password', token, body);

describe('the users of the guide', () => {
  it('register, sign in, and read their profile without the password hash', async () => {
    const token = await register('Ann@example.com');
    const me = await answer(200, application.get('/me', token));

    expect(me).toMatchObject({ email: 'ann@example.com', subscriptionTier: 'free' });
    expect(JSON.stringify(me)).not.toContain('scrypt');
    expect(await answer(201, signIn('ANN@example.com', password))).toEqual({ token });
    await register('ann.2@example.com');
    const again = application.send('post', '/users', '', { email: 'ann@example.com', password });
    expect(await answer(409, again)).toMatchObject({ code: 'EMAIL_TAKEN' });
  });

  it('receive equal answers for a wrong password and an unknown address', async () => {
    await register('bob@example.com');
    const wrong = await answer(401, signIn('bob@example.com', newPassword));
    const unknown = await answer(401, signIn('nobody@example.com', newPassword));

    expect(wrong).toEqual(unknown);
    await application.get('/me', '').expect(401);
  });

  it('change their password, and the old password is refused afterwards', async () => {
    const token = await register('carol@example.com');

    await changePassword(token, { password: newPassword, newPassword }).expect(403);
    await changePassword(token, { password, newPassword: 'short' }).expect(400);
    await changePassword(token, { password, newPassword }).expect(204);
    await signIn('carol@example.com', password).expect(401);
    await signIn('carol@example.com', newPassword).expect(201);
  });

  it('change their address unless another user has it', async () => {
    const token = await register('dan@example.com');
    await register('erin@example.com');

    await changeEmail(token, { password: newPassword, email: 'dan@example.org' }).expect(403);
    expect(await answer(409, changeEmail(token, { password, email: 'ERIN@example.com' }))).toMatchObject({
      code: 'EMAIL_TAKEN',
    });
    expect(await answer(400, changeEmail(token, { password, email: 'dan' }))).toMatchObject({
      code: 'INVALID_INPUT',
    });
    expect(await answer(200, changeEmail(token, { password, email: 'dan@example.org' }))).toMatchObject({
      email: 'dan@example.org',
    });
    await signIn('dan@example.com', password).expect(401);
    await signIn('dan@example.org', password).expect(201);
  });

  it('delete themselves with their password, and their token is invalid afterwards', async () => {
    const token = await register('fay@example.com');
    await answer(201, application.send('post', '/accounts', token, { id: 'acct-1', name: 'Margin' }));
    await answer(201, application.post(token, trade));
    const erase = (given: string) => application.send('delete', '/me', token, { password: given });

    await erase(newPassword).expect(403);
    expect(await answer(200, application.get('/trades/totals', token))).toMatchObject({ count: 2 });
    await erase(password).expect(204);
    await signIn('fay@example.com', password).expect(401);
    expect(await answer(200, application.get('/trades/totals', token))).toMatchObject({ count: 0 });
    for (const refused of [application.get('/me', token), application.post(token, trade), erase(password)])
      expect(await answer(401, refused)).toMatchObject({ code: 'USER_NOT_FOUND' });
    await register('fay@example.com');
  });
});

describe('the hash of a password', () => {
  it('belongs to that password only, and differs each time', async () => {
    const [one, other] = [await hashPassword(password), await hashPassword(password)];

    expect(one).not.toBe(other);
    expect(await isPassword(password, one)).toBe(true);
    expect(await isPassword(newPassword, one)).toBe(false);
    for (const none of [null, undefined, '', 'scrypt$$']) expect(await isPassword('', none)).toBe(false);
  });
});
