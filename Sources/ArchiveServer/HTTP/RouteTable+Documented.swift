internal import CreditArchive
internal import HTTPTypes

/// The operations of the service as the OpenAPI document names them: for the test that holds the two equal.
package struct DocumentedOperation: Hashable, Sendable {
    package var operation: String
    /// In capitals.
    package var method: String
    package var path: String

    package init(operation: String, method: String, path: String) {
        self.operation = operation
        self.method = method
        self.path = path
    }

    /// Operations that only some may use for reading, and of which no reading is recorded: what they show is no record of
    /// a body, or their own handler records it.
    package static var unrecordedReadings: Set<String> {
        Set(
            RouteTable.routes.filter { $0.method == .get && !$0.roles.contains(.public) && !$0.readsRecords }
                .map(\.operation))
    }

    package static var all: [DocumentedOperation] {
        RouteTable.routes.map {
            DocumentedOperation(operation: $0.operation, method: $0.method.rawValue, path: $0.documentedPath)
        }
    }
}
