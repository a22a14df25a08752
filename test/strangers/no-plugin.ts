/** Is something else. */
export default { hello: 'world' };
