// Package isolation holds the promise that nobody sees or touches what is another's: every registered route is tried as every
// kind of person, on the store whose things are asked for and, with the same ids, on another store.
//
// The table is made of the routes themselves (app.Routes): a route without a row fails the test. A row says how the route is
// called for a store (rows_*_test.go); what each person must get follows from the route's surface and permission.
package isolation
