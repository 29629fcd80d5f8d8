public import CanonicalJSON

/// The fault that `body` throws, or nil.
public func fault(_ body: () throws(JSONFault) -> Void) -> JSONFault? {
    do {
        try body()
        return nil
    } catch {
        return error
    }
}

/// The root of a JSON text.
public func root(_ text: String) throws(JSONFault) -> JSONNode { try JSONDocument(parsing: text).root }
