const testName = /[._-](?:test|spec)\.\w+$|(?:^|\/)test_[^/]*\.py$|_test\.(?:py|go)$|Tests?\.(?:java|kt|cs|scala|swift)$|_spec\.rb$/;

/** What a runner takes for tests by its name alone; helpers and samples of tests are none. */
export function isRunAsTest(file: string): boolean {
  return testName.test(file);
}
