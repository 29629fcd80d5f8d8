public import CreditModel

/// One body of a cohort with everything that was reported of it or counted about it.
public struct CohortMember: Sendable {
    public var body: BodyID
    /// By indicator, then by input.
    public var inputs: [String: [String: InputValue]]

    public init(_ body: BodyID, inputs: [String: [String: InputValue]] = [:]) {
        self.body = body
        self.inputs = inputs
    }
}
