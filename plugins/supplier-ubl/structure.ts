/** The namespaces of UBL 2.1, by the prefixes that are usual for them. */
export const namespaces = {
  cac: 'urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2',
  cbc: 'urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2',
  ext: 'urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2',
} as const;

/** The namespace of a document. */
export const documentNamespace = (name: string): string => `urn:oasis:names:specification:ubl:schema:xsd:${name}-2`;

/** A child of an aggregate, and how often it stands there. */
export interface Child {
  uri: string;
  name: string;
  least: 0 | 1;
  most: 1 | typeof Number.POSITIVE_INFINITY;
}

/**
 * What the aggregates that are read consist of, each child in its place, as the schemas of UBL 2.1 have it: `?` is at most
 * once, `*` any number, `+` at least once, nothing exactly once. What an aggregate holds that is not among these is not
 * looked into.
 */
const contents = {
  OrderResponse: `
    ext:UBLExtensions? cbc:UBLVersionID? cbc:CustomizationID? cbc:ProfileID? cbc:ProfileExecutionID? cbc:ID
    cbc:SalesOrderID? cbc:CopyIndicator? cbc:UUID? cbc:IssueDate cbc:IssueTime? cbc:OrderResponseCode? cbc:Note*
    cbc:DocumentCurrencyCode? cbc:PricingCurrencyCode? cbc:TaxCurrencyCode? cbc:TotalPackagesQuantity?
    cbc:GrossWeightMeasure? cbc:NetWeightMeasure? cbc:NetNetWeightMeasure? cbc:GrossVolumeMeasure?
    cbc:NetVolumeMeasure? cbc:CustomerReference? cbc:AccountingCostCode? cbc:AccountingCost?
    cbc:LineCountNumeric? cac:ValidityPeriod* cac:OrderReference+ cac:OrderDocumentReference*
    cac:OriginatorDocumentReference? cac:AdditionalDocumentReference* cac:Contract* cac:Signature*
    cac:SellerSupplierParty cac:BuyerCustomerParty cac:OriginatorCustomerParty? cac:FreightForwarderParty?
    cac:AccountingSupplierParty? cac:AccountingCustomerParty? cac:Delivery* cac:DeliveryTerms? cac:PaymentMeans*
    cac:PaymentTerms* cac:AllowanceCharge* cac:TransactionConditions? cac:TaxExchangeRate?
    cac:PricingExchangeRate? cac:PaymentExchangeRate? cac:DestinationCountry? cac:TaxTotal*
    cac:LegalMonetaryTotal? cac:OrderLine*
  `,
  DespatchAdvice: `
    ext:UBLExtensions? cbc:UBLVersionID? cbc:CustomizationID? cbc:ProfileID? cbc:ProfileExecutionID? cbc:ID
    cbc:CopyIndicator? cbc:UUID? cbc:IssueDate cbc:IssueTime? cbc:DocumentStatusCode?
    cbc:DespatchAdviceTypeCode? cbc:Note* cbc:LineCountNumeric? cac:OrderReference*
    cac:AdditionalDocumentReference* cac:Signature* cac:DespatchSupplierParty cac:DeliveryCustomerParty
    cac:BuyerCustomerParty? cac:SellerSupplierParty? cac:OriginatorCustomerParty? cac:Shipment?
    cac:DespatchLine+
  `,
  Invoice: `
    ext:UBLExtensions? cbc:UBLVersionID? cbc:CustomizationID? cbc:ProfileID? cbc:ProfileExecutionID? cbc:ID
    cbc:CopyIndicator? cbc:UUID? cbc:IssueDate cbc:IssueTime? cbc:DueDate? cbc:InvoiceTypeCode? cbc:Note*
    cbc:TaxPointDate? cbc:DocumentCurrencyCode? cbc:TaxCurrencyCode? cbc:PricingCurrencyCode?
    cbc:PaymentCurrencyCode? cbc:PaymentAlternativeCurrencyCode? cbc:AccountingCostCode? cbc:AccountingCost?
    cbc:LineCountNumeric? cbc:BuyerReference? cac:InvoicePeriod* cac:OrderReference? cac:BillingReference*
    cac:DespatchDocumentReference* cac:ReceiptDocumentReference* cac:StatementDocumentReference*
    cac:OriginatorDocumentReference* cac:ContractDocumentReference* cac:AdditionalDocumentReference*
    cac:ProjectReference* cac:Signature* cac:AccountingSupplierParty cac:AccountingCustomerParty cac:PayeeParty?
    cac:BuyerCustomerParty? cac:SellerSupplierParty? cac:TaxRepresentativeParty? cac:Delivery*
    cac:DeliveryTerms? cac:PaymentMeans* cac:PaymentTerms* cac:PrepaidPayment* cac:AllowanceCharge*
    cac:TaxExchangeRate? cac:PricingExchangeRate? cac:PaymentExchangeRate? cac:PaymentAlternativeExchangeRate?
    cac:TaxTotal* cac:WithholdingTaxTotal* cac:LegalMonetaryTotal cac:InvoiceLine+
  `,
  OrderReference: `
    cbc:ID cbc:SalesOrderID? cbc:CopyIndicator? cbc:UUID? cbc:IssueDate? cbc:IssueTime? cbc:CustomerReference?
    cbc:OrderTypeCode? cac:DocumentReference?
  `,
  OrderLine: `
    cbc:SubstitutionStatusCode? cbc:Note* cac:LineItem cac:SellerProposedSubstituteLineItem*
    cac:SellerSubstitutedLineItem* cac:BuyerProposedSubstituteLineItem* cac:CatalogueLineReference?
    cac:QuotationLineReference? cac:OrderLineReference* cac:DocumentReference*
  `,
  LineItem: `
    cbc:ID cbc:SalesOrderID? cbc:UUID? cbc:Note* cbc:LineStatusCode? cbc:Quantity? cbc:LineExtensionAmount?
    cbc:TotalTaxAmount? cbc:MinimumQuantity? cbc:MaximumQuantity? cbc:MinimumBackorderQuantity?
    cbc:MaximumBackorderQuantity? cbc:InspectionMethodCode? cbc:PartialDeliveryIndicator?
    cbc:BackOrderAllowedIndicator? cbc:AccountingCostCode? cbc:AccountingCost? cbc:WarrantyInformation*
    cac:Delivery* cac:DeliveryTerms? cac:OriginatorParty? cac:OrderedShipment* cac:PricingReference?
    cac:AllowanceCharge* cac:Price? cac:Item cac:SubLineItem* cac:WarrantyValidityPeriod? cac:WarrantyParty?
    cac:TaxTotal* cac:ItemPriceExtension? cac:LineReference*
  `,
  Item: `
    cbc:Description* cbc:PackQuantity? cbc:PackSizeNumeric? cbc:CatalogueIndicator? cbc:Name?
    cbc:HazardousRiskIndicator? cbc:AdditionalInformation* cbc:Keyword* cbc:BrandName* cbc:ModelName*
    cac:BuyersItemIdentification? cac:SellersItemIdentification? cac:ManufacturersItemIdentification*
    cac:StandardItemIdentification? cac:CatalogueItemIdentification? cac:AdditionalItemIdentification*
    cac:CatalogueDocumentReference? cac:ItemSpecificationDocumentReference* cac:OriginCountry?
    cac:CommodityClassification* cac:TransactionConditions* cac:HazardousItem* cac:ClassifiedTaxCategory*
    cac:AdditionalItemProperty* cac:ManufacturerParty* cac:InformationContentProviderParty? cac:OriginAddress*
    cac:ItemInstance* cac:Certificate* cac:Dimension*
  `,
  SellersItemIdentification: `
    cbc:ID cbc:ExtendedID? cbc:BarcodeSymbologyID? cac:PhysicalAttribute* cac:MeasurementDimension*
    cac:IssuerParty?
  `,
  ItemInstance: `
    cbc:ProductTraceID? cbc:ManufactureDate? cbc:ManufactureTime? cbc:BestBeforeDate? cbc:RegistrationID?
    cbc:SerialID? cac:AdditionalItemProperty* cac:LotIdentification?
  `,
  LotIdentification: `
    cbc:LotNumberID? cbc:ExpiryDate? cac:AdditionalItemProperty*
  `,
  Price: `
    cbc:PriceAmount cbc:BaseQuantity? cbc:PriceChangeReason* cbc:PriceTypeCode? cbc:PriceType?
    cbc:OrderableUnitFactorRate? cac:ValidityPeriod* cac:PriceList? cac:AllowanceCharge*
    cac:PricingExchangeRate?
  `,
  DespatchLine: `
    cbc:ID cbc:UUID? cbc:Note* cbc:LineStatusCode? cbc:DeliveredQuantity? cbc:BackorderQuantity?
    cbc:BackorderReason* cbc:OutstandingQuantity? cbc:OutstandingReason* cbc:OversupplyQuantity?
    cac:OrderLineReference+ cac:DocumentReference* cac:Item cac:Shipment*
  `,
  OrderLineReference: `
    cbc:LineID cbc:SalesOrderLineID? cbc:UUID? cbc:LineStatusCode? cac:OrderReference?
  `,
  InvoiceLine: `
    cbc:ID cbc:UUID? cbc:Note* cbc:InvoicedQuantity? cbc:LineExtensionAmount cbc:TaxPointDate?
    cbc:AccountingCostCode? cbc:AccountingCost? cbc:PaymentPurposeCode? cbc:FreeOfChargeIndicator?
    cac:InvoicePeriod* cac:OrderLineReference* cac:DespatchLineReference* cac:ReceiptLineReference*
    cac:BillingReference* cac:DocumentReference* cac:PricingReference? cac:OriginatorParty? cac:Delivery*
    cac:PaymentTerms* cac:AllowanceCharge* cac:TaxTotal* cac:WithholdingTaxTotal* cac:Item cac:Price?
    cac:DeliveryTerms? cac:SubInvoiceLine* cac:ItemPriceExtension?
  `,
  LegalMonetaryTotal: `
    cbc:LineExtensionAmount? cbc:TaxExclusiveAmount? cbc:TaxInclusiveAmount? cbc:AllowanceTotalAmount?
    cbc:ChargeTotalAmount? cbc:PrepaidAmount? cbc:PayableRoundingAmount? cbc:PayableAmount
    cbc:PayableAlternativeAmount?
  `,
  TaxTotal: `
    cbc:TaxAmount cbc:RoundingAmount? cbc:TaxEvidenceIndicator? cbc:TaxIncludedIndicator? cac:TaxSubtotal*
  `,
  TaxSubtotal: `
    cbc:TaxableAmount? cbc:TaxAmount cbc:CalculationSequenceNumeric? cbc:TransactionCurrencyTaxAmount? cbc:Percent?
    cbc:BaseUnitMeasure? cbc:PerUnitAmount? cbc:TierRange? cbc:TierRatePercent? cac:TaxCategory
  `,
} as const;

/** The documents that are read. */
export const documentTypes = ['OrderResponse', 'DespatchAdvice', 'Invoice'] as const;
export type DocumentType = (typeof documentTypes)[number];

const parsed = new Map(Object.entries(contents).map(([name, text]) => [name, text.trim().split(/\s+/).map(childOf)]));

/** What an aggregate consists of; undefined for one that is not looked into. */
export function childrenOf(name: string): readonly Child[] | undefined {
  return parsed.get(name);
}

function childOf(text: string): Child {
  const [, prefix = '', name = '', often = ''] = /^(\w+):(\w+)([?*+]?)$/.exec(text) ?? [];
  const uri = namespaces[prefix as keyof typeof namespaces];
  const most = often === '*' || often === '+' ? Number.POSITIVE_INFINITY : 1;
  return { uri, name, least: often === '?' || often === '*' ? 0 : 1, most };
}
